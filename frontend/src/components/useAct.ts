// A press that changes something: it says how that went, and reads again what it changed.
import { notifications } from '@mantine/notifications';
import { useOperationMutation } from '../api/hooks';
import type { Operation } from '../api/operation';
import type { MutationProblem } from './problems';
import { explain } from './states';

interface Act<TData> {
  /** `done` is told the answer, or nothing where there is none. */
  run: (done?: (data?: TData) => void) => void;
  busy: boolean;
}

export function useAct<TData, TVariables>(
  operation: Operation<TData, TVariables>,
  variables: TVariables,
  problemsOf: (data: TData) => MutationProblem[],
  said: string | null,
  refreshes: Operation<unknown, never>[],
): Act<TData> {
  const mutation = useOperationMutation(operation, refreshes);
  const run = (done?: (data?: TData) => void) =>
    mutation.mutate(variables, {
      onSuccess: (data) => {
        const problem = problemsOf(data)[0];
        if (problem) notifications.show({ color: 'red', message: problem.message });
        else if (said) notifications.show({ color: 'green', message: said });
      },
      onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
      onSettled: (data) => done?.(data),
    });
  return { run, busy: mutation.isPending };
}
