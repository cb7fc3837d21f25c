// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  RegisterLocationMutation,
  RegisterLocationMutationVariables,
} from './operations';

export const RegisterLocation = operation<RegisterLocationMutation, RegisterLocationMutationVariables>('RegisterLocation', `mutation RegisterLocation($input: RegisterLocationInput!) {
  registerLocation(input: $input) {
    location {
      id
      target
      problems {
        level
      }
    }
    entities {
      ...EntityRow
    }
    preview {
      ref
      kind
      name
      path
      outcome
      message
      changes {
        path
        before
        after
      }
    }
    problems {
      path
      code
      message
    }
  }
}
fragment EntityRow on Entity {
  ref
  kind
  displayName
  description
  type
  lifecycle
}`);

