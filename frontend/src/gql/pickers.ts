// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  PickEntitiesQuery,
  PickEntitiesQueryVariables,
  PickNamesQuery,
  PickNamesQueryVariables,
  PickMyGroupsQuery,
  PickMyGroupsQueryVariables,
  PickTagsQuery,
  PickTagsQueryVariables,
} from './operations';

export const PickEntities = operation<PickEntitiesQuery, PickEntitiesQueryVariables>('PickEntities', `query PickEntities($filter: EntityFilter, $search: String) {
  entities(filter: $filter, search: $search, first: 30) {
    nodes {
      ref
      kind
      type
      displayName
    }
    totalCount
  }
}`);

export const PickNames = operation<PickNamesQuery, PickNamesQueryVariables>('PickNames', `query PickNames($refs: [String!]!) {
  entitiesByRefs(refs: $refs) {
    ref
    displayName
  }
}`);

export const PickMyGroups = operation<PickMyGroupsQuery, PickMyGroupsQueryVariables>('PickMyGroups', `query PickMyGroups {
  viewer {
    groups {
      ref
      kind
      type
      displayName
    }
  }
}`);

export const PickTags = operation<PickTagsQuery, PickTagsQueryVariables>('PickTags', `query PickTags($filter: EntityFilter) {
  entityFacets(facets: ["tags"], filter: $filter) {
    key
    buckets {
      value
      count
      label
    }
  }
}`);

