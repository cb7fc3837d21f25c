// What every action on a source does afterwards: says how it went, and reads the lists again.
import type { Operation } from '../../api/operation';
import type { MutationProblem } from '../../components/problems';
import { useAct as useAnyAct } from '../../components/useAct';
import { Catalog, CatalogFacets, Problems, SourceRuns, Sources } from '../../gql/operations';

export function useAct<TData, TVariables>(
  operation: Operation<TData, TVariables>,
  variables: TVariables,
  problemsOf: (data: TData) => MutationProblem[],
  said: string,
) {
  return useAnyAct(operation, variables, problemsOf, said, [Sources, SourceRuns, Problems, Catalog, CatalogFacets]);
}
