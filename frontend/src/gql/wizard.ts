// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  WizardQuery,
  WizardQueryVariables,
  EarlierAnswersQuery,
  EarlierAnswersQueryVariables,
  CheckParametersQuery,
  CheckParametersQueryVariables,
  RunTemplateMutation,
  RunTemplateMutationVariables,
  RetryWithAnswersMutation,
  RetryWithAnswersMutationVariables,
} from './operations';

export const Wizard = operation<WizardQuery, WizardQueryVariables>('Wizard', `query Wizard($ref: String!) {
  entity(ref: $ref) {
    ref
    namespace
    name
    displayName
    description
    ownerRef
    owner {
      ref
      displayName
    }
    problems {
      level
      code
      message
      path
      line
    }
    ... on Template {
      parameterPages {
        title
        description
        schema
      }
      secretsSchema
      approval
      buttonLabels
    }
  }
}`);

export const EarlierAnswers = operation<EarlierAnswersQuery, EarlierAnswersQueryVariables>('EarlierAnswers', `query EarlierAnswers($id: ID!) {
  task(id: $id) {
    id
    templateRef
    parameters
    secretNames
    canRetry
  }
}`);

export const CheckParameters = operation<CheckParametersQuery, CheckParametersQueryVariables>('CheckParameters', `query CheckParameters($templateRef: String!, $parameters: JSON!) {
  checkParameters(templateRef: $templateRef, parameters: $parameters) {
    path
    code
    message
  }
}`);

export const RunTemplate = operation<RunTemplateMutation, RunTemplateMutationVariables>('RunTemplate', `mutation RunTemplate($input: RunTemplateInput!) {
  runTemplate(input: $input) {
    task {
      id
    }
    problems {
      path
      code
      message
    }
  }
}`);

export const RetryWithAnswers = operation<RetryWithAnswersMutation, RetryWithAnswersMutationVariables>('RetryWithAnswers', `mutation RetryWithAnswers($input: RetryTaskInput!) {
  retryTask(input: $input) {
    task {
      id
    }
    problems {
      path
      code
      message
    }
  }
}`);

