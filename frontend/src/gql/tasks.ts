// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  TasksQuery,
  TasksQueryVariables,
} from './operations';

export const Tasks = operation<TasksQuery, TasksQueryVariables>('Tasks', `query Tasks($first: Int!, $after: String) {
  tasks(first: $first, after: $after) {
    nodes {
      id
      status
      templateRef
      templateTitle
      createdAt
      startedAt
      finishedAt
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}`);

