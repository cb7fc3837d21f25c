// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  TaskQuery,
  TaskQueryVariables,
  TaskLogQuery,
  TaskLogQueryVariables,
  CancelTaskMutation,
  CancelTaskMutationVariables,
} from './operations';

export const Task = operation<TaskQuery, TaskQueryVariables>('Task', `query Task($id: ID!) {
  task(id: $id) {
    id
    status
    templateRef
    templateTitle
    parameters
    createdBy
    createdAt
    startedAt
    finishedAt
    error
    steps {
      id
      name
      action
      status
      startedAt
      finishedAt
      error
    }
    outputLinks {
      title
      url
      entityRef
    }
    outputText {
      title
      content
    }
  }
}`);

export const TaskLog = operation<TaskLogQuery, TaskLogQueryVariables>('TaskLog', `query TaskLog($id: ID!, $after: Int!) {
  task(id: $id) {
    status
    log(after: $after, first: 100) {
      id
      stepId
      at
      level
      message
    }
  }
}`);

export const CancelTask = operation<CancelTaskMutation, CancelTaskMutationVariables>('CancelTask', `mutation CancelTask($input: CancelTaskInput!) {
  cancelTask(input: $input) {
    task {
      id
      status
    }
    problems {
      code
      message
    }
  }
}`);

