// The state of a task or of a step: an icon of its colour and the word.
import { Ban, CircleAlert, CircleCheck, CircleDashed, CirclePause, CircleSlash, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { PortalStepStatus, PortalTaskStatus } from '../gql/operations';
import { strings } from '../strings';
import classes from './TaskStatus.module.css';

type Status = PortalStepStatus | PortalTaskStatus;

const ICONS: Record<Status, LucideIcon> = {
  OPEN: CircleDashed,
  PROCESSING: LoaderCircle,
  WAITING: CirclePause,
  PARKED: CirclePause,
  COMPLETED: CircleCheck,
  FAILED: CircleAlert,
  SKIPPED: CircleSlash,
  CANCELLED: Ban,
};

export function TaskStatus({ status, word = true }: { status: Status; word?: boolean }) {
  const Icon = ICONS[status];
  return (
    <span className={classes.status} data-status={status}>
      <Icon size={17} {...(word ? { 'aria-hidden': true } : { 'aria-label': strings.task.statuses[status] })} />
      {word && strings.task.statuses[status]}
    </span>
  );
}
