// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  LocationsQuery,
  LocationsQueryVariables,
  RegisterLocationMutation,
  RegisterLocationMutationVariables,
  UnregisterLocationMutation,
  UnregisterLocationMutationVariables,
} from './operations';

export const Locations = operation<LocationsQuery, LocationsQueryVariables>('Locations', `query Locations($first: Int!, $after: String) {
  locations(first: $first, after: $after) {
    nodes {
      id
      type
      target
      registeredBy
      createdAt
      lastAttemptAt
      lastSuccessAt
      lastError
      entityCount
      problems {
        level
        code
        message
        path
        line
        ref
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}`);

export const RegisterLocation = operation<RegisterLocationMutation, RegisterLocationMutationVariables>('RegisterLocation', `mutation RegisterLocation($input: RegisterLocationInput!) {
  registerLocation(input: $input) {
    location {
      id
      target
    }
    preview {
      ref
      kind
      name
      path
      outcome
      message
    }
    problems {
      path
      code
      message
    }
  }
}`);

export const UnregisterLocation = operation<UnregisterLocationMutation, UnregisterLocationMutationVariables>('UnregisterLocation', `mutation UnregisterLocation($input: UnregisterLocationInput!) {
  unregisterLocation(input: $input) {
    id
    problems {
      path
      code
      message
    }
  }
}`);

