// The steps of a task under each other, with their state and how long they took.
import { useEffect, useState } from 'react';
import { TaskStatus } from '../../components/TaskStatus';
import { formatDuration } from '../../format';
import type { TaskQuery } from '../../gql/operations';
import { strings } from '../../strings';
import classes from './TaskPage.module.css';

type Step = NonNullable<TaskQuery['task']>['steps'][number];

export function Steps({ steps }: { steps: Step[] }) {
  const running = steps.some((step) => step.status === 'PROCESSING');
  const now = useNow(running);
  return (
    <ol className={classes.steps}>
      {steps.map((step) => (
        <li key={step.id} className={classes.step} aria-current={step.status === 'PROCESSING' ? 'step' : undefined}>
          <TaskStatus status={step.status} word={false} />
          <div className={classes.stepWords}>
            <div className={classes.stepName}>{step.name || step.id}</div>
            <div className={classes.stepAction}>{step.action}</div>
            {step.error && <div className={classes.stepError}>{step.error}</div>}
          </div>
          <span className={classes.stepTime}>
            {step.startedAt
              ? formatDuration((step.finishedAt ? Date.parse(step.finishedAt) : now) - Date.parse(step.startedAt))
              : strings.task.statuses[step.status]}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** The present moment, moving while something runs. */
function useNow(moving: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [moving]);
  return now;
}
