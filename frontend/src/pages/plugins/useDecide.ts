// Runs a mutation about a plugin, reads the plugins again, and tells how it ended.
import { notifications } from '@mantine/notifications';
import { useOperationMutation } from '../../api/hooks';
import type { Operation } from '../../api/operation';
import type { MutationProblem } from '../../components/problems';
import { explain } from '../../components/states';
import { Plugins } from '../../gql/operations';

interface Acts<TInput> {
  isPending: boolean;
  /** `done` is called with what the server found wrong, nothing if all is well. */
  run: (input: TInput, said: string, done?: (problems: MutationProblem[]) => void) => void;
}

export function useDecide<TData extends object, TInput>(operation: Operation<TData, { input: TInput }>): Acts<TInput> {
  const { isPending, mutate } = useOperationMutation(operation, [Plugins]);
  const run: Acts<TInput>['run'] = (input, said, done) =>
    mutate(
      { input },
      {
        onSuccess: (data) => {
          const problems = Object.values(data).flatMap((payload: { problems: MutationProblem[] }) => payload.problems);
          if (done) done(problems);
          else if (problems[0]) notifications.show({ color: 'red', message: problems[0].message });
          if (problems.length === 0) notifications.show({ color: 'green', message: said });
        },
        onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
      },
    );
  return { isPending, run };
}
