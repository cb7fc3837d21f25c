// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  TokensQuery,
  TokensQueryVariables,
  CreateApiTokenMutation,
  CreateApiTokenMutationVariables,
  RevokeApiTokenMutation,
  RevokeApiTokenMutationVariables,
} from './operations';

export const Tokens = operation<TokensQuery, TokensQueryVariables>('Tokens', `query Tokens {
  apiTokens {
    id
    name
    prefix
    scopes
    createdAt
    expiresAt
    lastUsedAt
    revokedAt
  }
}`);

export const CreateApiToken = operation<CreateApiTokenMutation, CreateApiTokenMutationVariables>('CreateApiToken', `mutation CreateApiToken($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    token {
      id
      name
    }
    secret
    problems {
      path
      code
      message
    }
  }
}`);

export const RevokeApiToken = operation<RevokeApiTokenMutation, RevokeApiTokenMutationVariables>('RevokeApiToken', `mutation RevokeApiToken($input: RevokeApiTokenInput!) {
  revokeApiToken(input: $input) {
    token {
      id
    }
    problems {
      path
      code
      message
    }
  }
}`);

