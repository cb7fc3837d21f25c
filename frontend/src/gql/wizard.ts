// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  WizardQuery,
  WizardQueryVariables,
  RunTemplateMutation,
  RunTemplateMutationVariables,
} from './operations';

export const Wizard = operation<WizardQuery, WizardQueryVariables>('Wizard', `query Wizard($ref: String!) {
  entity(ref: $ref) {
    ref
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
      buttonLabels
    }
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

