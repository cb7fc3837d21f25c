// A task as this page reads it.
import type { TaskQuery } from '../../gql/operations';

export type TaskData = NonNullable<TaskQuery['task']>;

export const isLive = (task: TaskData): boolean =>
  task.status === 'OPEN' || task.status === 'PROCESSING' || task.status === 'WAITING' || task.status === 'PARKED';
