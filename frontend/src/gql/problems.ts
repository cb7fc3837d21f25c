// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  ProblemsQuery,
  ProblemsQueryVariables,
  ProblemOwnersQuery,
  ProblemOwnersQueryVariables,
} from './operations';

export const Problems = operation<ProblemsQuery, ProblemsQueryVariables>('Problems', `query Problems($filter: ProblemFilter, $first: Int!, $after: String) {
  problems(filter: $filter, first: $first, after: $after) {
    nodes {
      level
      code
      message
      path
      line
      ref
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}`);

export const ProblemOwners = operation<ProblemOwnersQuery, ProblemOwnersQueryVariables>('ProblemOwners', `query ProblemOwners($search: String) {
  entities(filter: {kind: ["group"]}, search: $search, first: 20) {
    nodes {
      ref
      displayName
    }
  }
}`);

