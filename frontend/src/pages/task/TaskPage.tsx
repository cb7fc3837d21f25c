// A task: its steps, its log as it is written, and what came of it.
import { Alert } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { CircleAlert, SearchX } from 'lucide-react';
import { useState } from 'react';
import { useOperation } from '../../api/hooks';
import { isObject } from '../../api/operation';
import { Card } from '../../components/Card';
import { EntityLink, PageButton, PageLink } from '../../components/links';
import { FailedPage } from '../../components/FailedPage';
import { OutsideLink } from '../../components/OutsideLink';
import { PageHeader } from '../../components/PageHeader';
import { EmptyState, RowsSkeleton } from '../../components/states';
import { TaskStatus } from '../../components/TaskStatus';
import { TimeText } from '../../components/TimeText';
import { Task } from '../../gql/operations';
import { globalId } from '../../ids';
import { useShell } from '../../layout/useShell';
import { strings } from '../../strings';
import { Actions } from './Actions';
import { Effects } from './Effects';
import { LogView } from './LogView';
import { Output } from './Output';
import { Plan } from './Plan';
import { Steps } from './Steps';
import { words } from './strings';
import { isLive, type TaskData } from './taskData';
import classes from './TaskPage.module.css';
import { useTaskLog } from './useTaskLog';

const route = getRouteApi('/shell/tasks/$id');
const SAFETY_REFRESH = 10_000;

export function TaskPage() {
  const id = globalId('PortalTask', route.useParams().id);
  const streamsUrl = useShell()?.portal.streamsUrl;
  const answer = useOperation(Task, { id }, { again: { every: SAFETY_REFRESH, while: ({ task: last }) => last !== null && isLive(last) } });
  const task = answer.data?.task;
  const log = useTaskLog(id, task ? isLive(task) : undefined, task?.finishedAt, streamsUrl);
  const [step, setStep] = useState<string | null>(null);

  if (answer.error) return <FailedPage title={strings.task.title} eyebrow={<Eyebrow />} error={answer.error} retry={answer.refetch} />;
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
        description={<Facts task={task} />}
        actions={<Actions task={task} />}
      />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Card flush title={strings.task.steps}>
            <Steps steps={task.steps} chosen={step} choose={setStep} />
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
          <Plan task={task} />
          <Effects task={task} />
          <LogView lines={log} steps={task.steps} live={isLive(task)} step={step} everyStep={() => setStep(null)} />
        </div>
      </div>
    </>
  );
}

function Facts({ task }: { task: TaskData }) {
  return (
    <span className={classes.facts}>
      <span className={classes.facts} role="status">
        <TaskStatus status={task.status} />
        {doing(task) && <span>{doing(task)}</span>}
      </span>
      {task.awaits && (
        <span className={classes.address}>
          {words.awaits} {task.awaits.startsWith('http') ? <OutsideLink url={task.awaits} safe /> : task.awaits}
        </span>
      )}
      {task.awaitsUntil && (
        <span>
          {words.awaitsUntil} <TimeText at={task.awaitsUntil} />
        </span>
      )}
      <span>
        {strings.task.started} <TimeText at={task.startedAt ?? task.createdAt} relative />
      </span>
      <span className={classes.by}>
        {strings.task.by}
        {task.createdBy.includes(':') ? <EntityLink refText={task.createdBy} icon={false} /> : task.createdBy}
      </span>
      <span className={classes.by}>
        {words.template}
        <EntityLink refText={task.templateRef} icon={false} />
        <span title={task.templateHash}>{words.version(task.templateHash.slice(0, 8))}</span>
      </span>
    </span>
  );
}

/** What a worker does with a task that is not simply run. */
function doing(task: TaskData): string {
  if (!isLive(task)) return '';
  if (task.cancelRequested) return words.cancelling;
  if (task.aim === 'UNDO') return words.undoing;
  return task.aim === 'PLAN' && task.status !== 'WAITING' ? words.planning : '';
}

function Eyebrow() {
  return <PageLink to="/tasks">{strings.nav.tasks}</PageLink>;
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
