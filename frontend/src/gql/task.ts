// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  TaskQuery,
  TaskQueryVariables,
  TaskLogQuery,
  TaskLogQueryVariables,
  CancelTaskMutation,
  CancelTaskMutationVariables,
  RetryTaskMutation,
  RetryTaskMutationVariables,
  UndoTaskMutation,
  UndoTaskMutationVariables,
  ApproveTaskMutation,
  ApproveTaskMutationVariables,
  RejectTaskMutation,
  RejectTaskMutationVariables,
} from './operations';

export const Task = operation<TaskQuery, TaskQueryVariables>('Task', `query Task($id: ID!) {
  task(id: $id) {
    id
    status
    aim
    cancelRequested
    template {
      ref
    }
    templateRef
    templateTitle
    templateHash
    parameters
    secretNames
    createdBy
    createdAt
    startedAt
    finishedAt
    error
    awaits
    awaitsUntil
    canCancel
    canRetry
    canUndo
    canApprove
    planHash
    plan {
      stepId
      stepName
      verb
      target
      detail
      creates
      canUndo
    }
    approvalsNeeded
    approvers
    approvals {
      by
      verdict
      comment
      at
      isForThisPlan
    }
    effects {
      stepId
      verb
      target
      creates
      state
      problem
      at
    }
    steps {
      id
      name
      action
      status
      startedAt
      finishedAt
      error
      condition
      each
      uses
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
    log(after: $after, first: 1000) {
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
    problems {
      code
      message
    }
  }
}`);

export const RetryTask = operation<RetryTaskMutation, RetryTaskMutationVariables>('RetryTask', `mutation RetryTask($input: RetryTaskInput!) {
  retryTask(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const UndoTask = operation<UndoTaskMutation, UndoTaskMutationVariables>('UndoTask', `mutation UndoTask($input: UndoTaskInput!) {
  undoTask(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const ApproveTask = operation<ApproveTaskMutation, ApproveTaskMutationVariables>('ApproveTask', `mutation ApproveTask($input: DecideTaskInput!) {
  approveTask(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const RejectTask = operation<RejectTaskMutation, RejectTaskMutationVariables>('RejectTask', `mutation RejectTask($input: DecideTaskInput!) {
  rejectTask(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

