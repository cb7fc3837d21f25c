// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  ProblemsQuery,
  ProblemsQueryVariables,
} from './operations';

export const Problems = operation<ProblemsQuery, ProblemsQueryVariables>('Problems', `query Problems($first: Int!, $after: String) {
  problems(first: $first, after: $after) {
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

