// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  CreateQuery,
  CreateQueryVariables,
} from './operations';

export const Create = operation<CreateQuery, CreateQueryVariables>('Create', `query Create($filter: EntityFilter, $facetFilter: EntityFilter, $search: String) {
  templates(filter: $filter, search: $search, first: 100) {
    nodes {
      ref
      namespace
      name
      displayName
      description
      type
      tags
      isFavourite
      ownerRef
      owner {
        ref
        displayName
      }
    }
    totalCount
  }
  entityFacets(
    facets: ["type", "tags", "owner"]
    filter: $facetFilter
    search: $search
  ) {
    key
    buckets {
      value
      count
      label
    }
  }
}`);

