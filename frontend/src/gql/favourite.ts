// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  SetFavouriteMutation,
  SetFavouriteMutationVariables,
} from './operations';

export const SetFavourite = operation<SetFavouriteMutation, SetFavouriteMutationVariables>('SetFavourite', `mutation SetFavourite($input: SetFavouriteInput!) {
  setFavourite(input: $input) {
    entity {
      ref
      isFavourite
    }
    problems {
      code
      message
    }
  }
}`);

