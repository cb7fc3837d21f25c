// What every action on a source does afterwards: says how it went, and reads the lists again.
import { notifications } from '@mantine/notifications';
import { useOperationMutation } from '../../api/hooks';
import type { Operation } from '../../api/operation';
import type { MutationProblem } from '../../components/problems';
import { explain } from '../../components/states';
import { Catalog, Problems, SourceRuns, Sources } from '../../gql/operations';

interface Action {
  run: (done?: () => void) => void;
  busy: boolean;
}

export function useAct<TData, TVariables>(
  operation: Operation<TData, TVariables>,
  variables: TVariables,
  problemsOf: (data: TData) => MutationProblem[],
  said: string,
): Action {
  const mutation = useOperationMutation(operation, [Sources, SourceRuns, Problems, Catalog]);
  const run = (done?: () => void) =>
    mutation.mutate(variables, {
      onSuccess: (data) => {
        const problem = problemsOf(data)[0];
        notifications.show(problem ? { color: 'red', message: problem.message } : { color: 'green', message: said });
      },
      onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
      onSettled: () => done?.(),
    });
  return { run, busy: mutation.isPending };
}
