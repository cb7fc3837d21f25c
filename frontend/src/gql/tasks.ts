// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  TasksQuery,
  TasksQueryVariables,
  TasksToApproveQuery,
  TasksToApproveQueryVariables,
  TaskTemplatesQuery,
  TaskTemplatesQueryVariables,
} from './operations';

export const Tasks = operation<TasksQuery, TasksQueryVariables>('Tasks', `query Tasks($first: Int!, $after: String, $statuses: [PortalTaskStatus!], $templateRef: String, $everyones: Boolean) {
  tasks(
    first: $first
    after: $after
    statuses: $statuses
    templateRef: $templateRef
    everyones: $everyones
  ) {
    nodes {
      ...TaskRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
fragment TaskRow on PortalTask {
  id
  status
  aim
  templateRef
  templateTitle
  createdBy
  createdAt
  startedAt
  finishedAt
}`);

export const TasksToApprove = operation<TasksToApproveQuery, TasksToApproveQueryVariables>('TasksToApprove', `query TasksToApprove($first: Int!, $after: String) {
  tasksToApprove(first: $first, after: $after) {
    nodes {
      ...TaskRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
fragment TaskRow on PortalTask {
  id
  status
  aim
  templateRef
  templateTitle
  createdBy
  createdAt
  startedAt
  finishedAt
}`);

export const TaskTemplates = operation<TaskTemplatesQuery, TaskTemplatesQueryVariables>('TaskTemplates', `query TaskTemplates {
  templates(first: 100) {
    nodes {
      ref
      displayName
    }
  }
}`);

