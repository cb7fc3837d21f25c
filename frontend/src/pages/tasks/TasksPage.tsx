// Tasks: one's own, those that wait for one's approval, all that one may see; newest first.
import { SegmentedControl, Select } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { CircleCheck, CirclePlus, SearchX } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { PageButton, PageLink } from '../../components/links';
import { MoreButton, useGrowingList, type Growing } from '../../components/MoreList';
import { PageHeader } from '../../components/PageHeader';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { TaskStatus } from '../../components/TaskStatus';
import { TimeText } from '../../components/TimeText';
import { formatDuration, formatNumber } from '../../format';
import { Tasks, TasksToApprove, TaskTemplates, type TaskRowFragment } from '../../gql/operations';
import { uuidOf } from '../../ids';
import { shortRef } from '../../refs';
import { strings } from '../../strings';
import { SCOPES, STATES, type TasksSearch } from './search';
import { words } from './strings';
import classes from './TasksPage.module.css';

const REFRESH = 5000;

const route = getRouteApi('/shell/tasks');

export function TasksPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: { [Key in keyof TasksSearch]?: TasksSearch[Key] | undefined }) =>
    void navigate({ search: (before) => withoutNothing({ ...before, ...changes }), replace: true });
  const toApprove = useGrowingList(TasksToApprove, {}, (data) => data.tasksToApprove, { refetchInterval: REFRESH });
  const waiting = toApprove.totalCount;

  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      <div className={classes.toolbar}>
        <SegmentedControl
          aria-label={words.scope}
          value={search.scope ?? 'mine'}
          onChange={(scope) => change({ scope: scope === 'mine' ? undefined : scope })}
          data={SCOPES.map((value) => ({
            value,
            label: value === 'approve' && waiting > 0 ? `${words.scopes.approve} (${formatNumber(waiting)})` : words.scopes[value],
          }))}
        />
        {search.scope !== 'approve' && <Filters search={search} change={change} />}
      </div>
      {search.scope === 'approve' ? <List list={toApprove} search={search} /> : <Found search={search} />}
    </>
  );
}

function withoutNothing(search: { [Key in keyof TasksSearch]?: TasksSearch[Key] | undefined }): TasksSearch {
  return Object.fromEntries(Object.entries<unknown>(search).filter(([, value]) => value !== undefined));
}

function Filters({ search, change }: { search: TasksSearch; change: (changes: { state?: TasksSearch['state'] | undefined; template?: string | undefined }) => void }) {
  const templates = useOperation(TaskTemplates, {}, { staleTime: 60_000 }).data?.templates.nodes ?? [];
  const choices = templates.map((template) => ({ value: template.ref, label: template.displayName }));
  const { template } = search;
  if (template && !choices.some((choice) => choice.value === template)) choices.push({ value: template, label: shortRef(template) });
  return (
    <>
      <Select
        className={classes.filter}
        aria-label={words.state}
        placeholder={words.state}
        clearable
        value={search.state ?? null}
        data={STATES.map((value) => ({ value, label: strings.task.statuses[value] }))}
        onChange={(state) => change({ state: STATES.find((one) => one === state) })}
      />
      <Select
        className={classes.filter}
        aria-label={words.template}
        placeholder={words.template}
        clearable
        searchable
        value={template ?? null}
        data={choices}
        onChange={(chosen) => change({ template: chosen ?? undefined })}
      />
    </>
  );
}

function Found({ search }: { search: TasksSearch }) {
  const list = useGrowingList(
    Tasks,
    { statuses: search.state ? [search.state] : null, templateRef: search.template ?? null, everyones: search.scope === 'all' },
    (data) => data.tasks,
    { refetchInterval: REFRESH },
  );
  return <List list={list} search={search} />;
}

type TaskList = Growing<TaskRowFragment>;

function List({ list, search }: { list: TaskList; search: TasksSearch }) {
  if (list.error) return <ErrorState error={list.error} retry={list.refetch} />;
  return (
    <Card flush={list.nodes.length > 0}>
      {list.isPending ? (
        <RowsSkeleton />
      ) : list.nodes.length === 0 ? (
        <Nothing search={search} />
      ) : (
        <ul className={classes.list}>
          {list.nodes.map((task) => (
            <Row key={task.id} task={task} withAuthor={search.scope !== undefined} />
          ))}
        </ul>
      )}
      <MoreButton list={list} />
    </Card>
  );
}

function Nothing({ search }: { search: TasksSearch }) {
  if (search.scope === 'approve') {
    return (
      <EmptyState icon={CircleCheck} title={words.nothingToApprove}>
        {words.nothingToApproveHint}
      </EmptyState>
    );
  }
  if (search.state || search.template) {
    return (
      <EmptyState
        icon={SearchX}
        title={words.noneMatch}
        action={
          <PageButton to="/tasks" search={{}} variant="default">
            {strings.clearFilters}
          </PageButton>
        }
      >
        {words.noneMatchHint}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={CirclePlus} title={words.none} action={<PageButton to="/create">{words.pick}</PageButton>}>
      {words.noneHint}
    </EmptyState>
  );
}

function Row({ task, withAuthor }: { task: TaskRowFragment; withAuthor: boolean }) {
  return (
    <li className={classes.item}>
      <TaskStatus status={task.status} word={false} />
      <PageLink to="/tasks/$id" params={{ id: uuidOf(task.id) }} className={classes.name ?? ''}>
        {task.templateTitle || task.templateRef}
      </PageLink>
      {withAuthor && <span className={classes.author}>{task.createdBy.includes(':') ? shortRef(task.createdBy) : task.createdBy}</span>}
      <span className={classes.word}>{stateOf(task)}</span>
      <span className={classes.duration}>
        {task.startedAt && task.finishedAt ? formatDuration(Date.parse(task.finishedAt) - Date.parse(task.startedAt)) : ''}
      </span>
      <span className={classes.when}>
        <TimeText at={task.createdAt} relative />
      </span>
    </li>
  );
}

function stateOf(task: TaskRowFragment): string {
  if (task.status === 'PROCESSING' && task.aim === 'PLAN') return words.planning;
  if (task.status === 'PROCESSING' && task.aim === 'UNDO') return words.undoing;
  return strings.task.statuses[task.status];
}
