// My tasks: what I had made from templates, newest first.
import { CirclePlus } from 'lucide-react';
import { Card } from '../../components/Card';
import { PageButton, PageLink } from '../../components/links';
import { MoreButton, useGrowingList } from '../../components/MoreList';
import { PageHeader } from '../../components/PageHeader';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { TaskStatus } from '../../components/TaskStatus';
import { TimeText } from '../../components/TimeText';
import { formatDuration } from '../../format';
import { uuidOf } from '../../ids';
import { Tasks } from '../../gql/operations';
import { strings } from '../../strings';
import { words } from './strings';
import classes from './TasksPage.module.css';

const REFRESH = 5000;

export function TasksPage() {
  const list = useGrowingList(Tasks, {}, (data) => data.tasks, { refetchInterval: REFRESH });
  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      {list.error ? (
        <ErrorState error={list.error} retry={list.refetch} />
      ) : (
        <Card flush={list.nodes.length > 0}>
          {list.isPending ? (
            <RowsSkeleton />
          ) : list.nodes.length === 0 ? (
            <EmptyState
              icon={CirclePlus}
              title={words.none}
              action={<PageButton to="/create">{words.pick}</PageButton>}
            >
              {words.noneHint}
            </EmptyState>
          ) : (
            <ul className={classes.list}>
              {list.nodes.map((task) => (
                <li key={task.id} className={classes.item}>
                  <TaskStatus status={task.status} word={false} />
                  <PageLink to="/tasks/$id" params={{ id: uuidOf(task.id) }} className={classes.name ?? ''}>
                    {task.templateTitle || task.templateRef}
                  </PageLink>
                  <span className={classes.word}>{strings.task.statuses[task.status]}</span>
                  <span className={classes.duration}>
                    {task.startedAt && task.finishedAt
                      ? formatDuration(Date.parse(task.finishedAt) - Date.parse(task.startedAt))
                      : ''}
                  </span>
                  <span className={classes.when}>
                    <TimeText at={task.createdAt} relative />
                  </span>
                </li>
              ))}
            </ul>
          )}
          <MoreButton list={list} />
        </Card>
      )}
    </>
  );
}
