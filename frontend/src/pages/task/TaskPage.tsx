// A task: its steps, its log as it is written, and what came of it.
import { Alert, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { getRouteApi } from '@tanstack/react-router';
import { CircleAlert, CircleStop, SearchX } from 'lucide-react';
import { useOperation, useOperationMutation } from '../../api/hooks';
import { isObject } from '../../api/operation';
import { Card } from '../../components/Card';
import { EntityLink, PageButton, PageLink } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { EmptyState, ErrorState, explain, RowsSkeleton } from '../../components/states';
import { TaskStatus } from '../../components/TaskStatus';
import { TimeText } from '../../components/TimeText';
import { CancelTask, Task, type TaskQuery } from '../../gql/operations';
import { globalId } from '../../ids';
import { useShell } from '../../layout/useShell';
import { parseRef } from '../../refs';
import { strings } from '../../strings';
import { LogView } from './LogView';
import { Output } from './Output';
import { Steps } from './Steps';
import classes from './TaskPage.module.css';
import { useTaskLog } from './useTaskLog';

type TaskData = NonNullable<TaskQuery['task']>;

const route = getRouteApi('/shell/tasks/$id');
const SAFETY_REFRESH = 10_000;
const isLive = (task: TaskData) => task.status === 'OPEN' || task.status === 'PROCESSING' || task.status === 'WAITING';

export function TaskPage() {
  const id = globalId('PortalTask', route.useParams().id);
  const streamsUrl = useShell()?.portal.streamsUrl;
  const answer = useOperation(Task, { id }, { again: { every: SAFETY_REFRESH, while: ({ task: last }) => last !== null && isLive(last) } });
  const task = answer.data?.task;
  const log = useTaskLog(id, task ? isLive(task) : undefined, streamsUrl);

  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  if (answer.isPending) {
    return (
      <>
        <PageHeader title={strings.task.title} eyebrow={<Eyebrow />} />
        <Card>
          <RowsSkeleton rows={5} />
        </Card>
      </>
    );
  }
  if (!task) {
    return (
      <>
        <PageHeader title={strings.task.title} eyebrow={<Eyebrow />} />
        <Card>
          <EmptyState
            icon={SearchX}
            title={strings.task.missing}
            action={
              <PageButton to="/tasks" variant="default">
                {strings.nav.tasks}
              </PageButton>
            }
          >
            {strings.task.missingHint}
          </EmptyState>
        </Card>
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={task.templateTitle || task.templateRef}
        eyebrow={<Eyebrow />}
        description={
          <span className={classes.facts} role="status">
            <TaskStatus status={task.status} />
            <span>
              {strings.task.started} <TimeText at={task.startedAt ?? task.createdAt} relative />
            </span>
            <span className={classes.by}>
              {strings.task.by}
              {task.createdBy.includes(':') ? <EntityLink refText={task.createdBy} icon={false} /> : task.createdBy}
            </span>
          </span>
        }
        actions={<Actions task={task} />}
      />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Card flush title={strings.task.steps}>
            <Steps steps={task.steps} />
          </Card>
          <div className={classes.last}>
            <Inputs parameters={task.parameters} />
          </div>
        </div>
        <div className={classes.column}>
          {task.error && (
            <Alert color="red" variant="light" icon={<CircleAlert size={18} aria-hidden />} title={strings.task.failed} role="alert">
              <div className={classes.error}>{task.error}</div>
            </Alert>
          )}
          <Output task={task} />
          <LogView lines={log} steps={task.steps} live={isLive(task)} />
        </div>
      </div>
    </>
  );
}

function Eyebrow() {
  return <PageLink to="/tasks">{strings.nav.tasks}</PageLink>;
}

function Actions({ task }: { task: TaskData }) {
  const cancel = useOperationMutation(CancelTask, [Task]);
  if (!isLive(task)) {
    const { namespace, name } = parseRef(task.templateRef);
    return (
      <PageButton to="/create/$namespace/$name" params={{ namespace, name }} variant="default">
        {strings.task.again}
      </PageButton>
    );
  }
  function stop() {
    cancel.mutate(
      { input: { id: task.id } },
      {
        onSuccess: ({ cancelTask }) => {
          const problem = cancelTask.problems[0];
          if (problem) notifications.show({ color: 'red', message: problem.message });
        },
        onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
      },
    );
  }
  return (
    <Button variant="default" leftSection={<CircleStop size={16} aria-hidden />} onClick={stop} loading={cancel.isPending}>
      {strings.task.cancel}
    </Button>
  );
}

function Inputs({ parameters }: { parameters: unknown }) {
  const entries = isObject(parameters) ? Object.entries(parameters) : [];
  if (entries.length === 0) return null;
  return (
    <Card title={strings.task.inputs}>
      <dl className={classes.inputs}>
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
