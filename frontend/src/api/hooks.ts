// React hooks over the client: read an operation, run a mutation.
import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
  type UseMutationResult,
} from '@tanstack/react-query';
import { request, type Answer, type FieldError } from './client';
import type { Operation } from './operation';

export interface Reading<TData> {
  data: TData | undefined;
  fieldErrors: FieldError[];
  error: Error | null;
  isPending: boolean;
  /** A refetch or the next page is on its way while older data is shown. */
  isStale: boolean;
  refetch: () => void;
}

interface ReadOptions<TData> {
  enabled?: boolean;
  keepPrevious?: boolean;
  /** Milliseconds during which the answer is not asked for again. */
  staleTime?: number;
  /** Asked again every so many milliseconds, as long as `while` holds for the last answer. */
  again?: { every: number; while: (data: TData) => boolean };
}

export function useOperation<TData, TVariables>(
  operation: Operation<TData, TVariables>,
  variables: TVariables,
  options: ReadOptions<TData> = {},
): Reading<TData> {
  const query = useQuery<Answer<TData>>({
    queryKey: [operation.name, variables],
    queryFn: ({ signal }) => request(operation, variables, signal),
    enabled: options.enabled ?? true,
    ...(options.staleTime === undefined ? {} : { staleTime: options.staleTime }),
    refetchInterval: ({ state }) =>
      options.again && (!state.data || options.again.while(state.data.data)) ? options.again.every : false,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
  return {
    data: query.data?.data,
    fieldErrors: query.data?.errors ?? [],
    error: query.error,
    isPending: query.isPending,
    isStale: query.isPlaceholderData,
    refetch: () => void query.refetch(),
  };
}

/** Asks ahead of the page that will show it, while that page's code is still on its way; what fails, the page asks again. */
export function readAhead<TData, TVariables>(
  queries: QueryClient,
  operation: Operation<TData, TVariables>,
  variables: TVariables,
  options: Pick<ReadOptions<TData>, 'staleTime'> = {},
): void {
  queries
    .query<Answer<TData>>({
      queryKey: [operation.name, variables],
      queryFn: ({ signal }) => request(operation, variables, signal),
      ...options,
    })
    .catch(() => undefined);
}

/** Runs a mutation and then reads again the operations named in `refreshes`. */
export function useOperationMutation<TData, TVariables>(
  operation: Operation<TData, TVariables>,
  refreshes: Operation<unknown, never>[] = [],
): UseMutationResult<TData, Error, TVariables> {
  const queries = useQueryClient();
  return useMutation<TData, Error, TVariables>({
    mutationFn: async (variables) => (await request(operation, variables)).data,
    onSuccess: async () => {
      await Promise.all(refreshes.map((refreshed) => queries.invalidateQueries({ queryKey: [refreshed.name] })));
    },
  });
}
