// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  CatalogQuery,
  CatalogQueryVariables,
  CatalogFacetsQuery,
  CatalogFacetsQueryVariables,
} from './operations';

export const Catalog = operation<CatalogQuery, CatalogQueryVariables>('Catalog', `query Catalog($filter: EntityFilter, $search: String, $orderBy: EntityOrder, $first: Int, $after: String) {
  entities(
    filter: $filter
    search: $search
    orderBy: $orderBy
    first: $first
    after: $after
  ) {
    nodes {
      ...CatalogRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
fragment CatalogRow on Entity {
  __typename
  ref
  kind
  displayName
  description
  type
  lifecycle
  tags
  isFavourite
  updatedAt
  ownerRef
  owner {
    ref
    displayName
  }
  ... on Component {
    system {
      ref
      displayName
    }
  }
  ... on API {
    system {
      ref
      displayName
    }
  }
  ... on Resource {
    system {
      ref
      displayName
    }
  }
  ... on System {
    domain {
      ref
      displayName
    }
  }
}`);

export const CatalogFacets = operation<CatalogFacetsQuery, CatalogFacetsQueryVariables>('CatalogFacets', `query CatalogFacets($filter: EntityFilter, $search: String) {
  entityFacets(
    facets: ["kind", "type", "owner", "lifecycle", "tags", "namespace"]
    filter: $filter
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

