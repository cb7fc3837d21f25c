// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  ActionsQuery,
  ActionsQueryVariables,
  TryDraftMutation,
  TryDraftMutationVariables,
} from './operations';

export const Actions = operation<ActionsQuery, ActionsQueryVariables>('Actions', `query Actions {
  actions {
    id
    title
    description
    inputSchema
    outputSchema
    runsDry
    canUndo
    scopes
    examples {
      description
      steps
      template
      files {
        path
        content
      }
    }
  }
}`);

export const TryDraft = operation<TryDraftMutation, TryDraftMutationVariables>('TryDraft', `mutation TryDraft($input: DryRunTemplateInput!) {
  dryRunTemplate(input: $input) {
    log {
      message
      stepId
      status
    }
    files {
      path
      content
      executable
    }
    effects {
      verb
      target
    }
    output
    problems {
      path
      code
      message
    }
  }
}`);

