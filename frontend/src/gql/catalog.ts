// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  CatalogQuery,
  CatalogQueryVariables,
  CatalogFacetsQuery,
  CatalogFacetsQueryVariables,
  ColumnKeysQuery,
  ColumnKeysQueryVariables,
  SavedViewsQuery,
  SavedViewsQueryVariables,
  SaveViewMutation,
  SaveViewMutationVariables,
  DeleteViewMutation,
  DeleteViewMutationVariables,
  SetOverlaysMutation,
  SetOverlaysMutationVariables,
  RemoveEntityMutation,
  RemoveEntityMutationVariables,
  CatalogMatchesQuery,
  CatalogMatchesQueryVariables,
  ChosenAgainQuery,
  ChosenAgainQueryVariables,
} from './operations';

export const Catalog = operation<CatalogQuery, CatalogQueryVariables>('Catalog', `query Catalog($filter: EntityFilter, $search: String, $orderBy: EntityOrder, $first: Int, $after: String, $withAnnotations: Boolean = false, $withLabels: Boolean = false) {
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
  namespace
  displayName
  description
  type
  lifecycle
  tags
  isFavourite
  createdAt
  updatedAt
  etag
  annotations @include(if: $withAnnotations)
  labels @include(if: $withLabels)
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

export const ColumnKeys = operation<ColumnKeysQuery, ColumnKeysQueryVariables>('ColumnKeys', `query ColumnKeys($filter: EntityFilter) {
  entities(filter: $filter, first: 50) {
    nodes {
      annotations
      labels
    }
  }
}`);

export const SavedViews = operation<SavedViewsQuery, SavedViewsQueryVariables>('SavedViews', `query SavedViews {
  savedViews {
    ...SavedView
  }
}
fragment SavedView on PortalSavedView {
  id
  name
  search
  groupRef
  group {
    ref
    displayName
  }
}`);

export const SaveView = operation<SaveViewMutation, SaveViewMutationVariables>('SaveView', `mutation SaveView($input: SaveViewInput!) {
  saveView(input: $input) {
    view {
      ...SavedView
    }
    problems {
      path
      code
      message
    }
  }
}
fragment SavedView on PortalSavedView {
  id
  name
  search
  groupRef
  group {
    ref
    displayName
  }
}`);

export const DeleteView = operation<DeleteViewMutation, DeleteViewMutationVariables>('DeleteView', `mutation DeleteView($input: DeleteViewInput!) {
  deleteView(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const SetOverlays = operation<SetOverlaysMutation, SetOverlaysMutationVariables>('SetOverlays', `mutation SetOverlays($input: SetOverlaysInput!) {
  setOverlays(input: $input) {
    outcomes {
      ref
      before
      after
      refused {
        code
        message
      }
    }
    problems {
      path
      code
      message
    }
  }
}`);

export const RemoveEntity = operation<RemoveEntityMutation, RemoveEntityMutationVariables>('RemoveEntity', `mutation RemoveEntity($input: RemoveEntityInput!) {
  removeEntity(input: $input) {
    ref
    problems {
      code
      message
    }
  }
}`);

export const CatalogMatches = operation<CatalogMatchesQuery, CatalogMatchesQueryVariables>('CatalogMatches', `query CatalogMatches($filter: EntityFilter, $search: String, $orderBy: EntityOrder, $first: Int, $after: String) {
  entities(
    filter: $filter
    search: $search
    orderBy: $orderBy
    first: $first
    after: $after
  ) {
    nodes {
      ...ChosenEntity
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
fragment ChosenEntity on Entity {
  __typename
  ref
  displayName
  tags
  etag
}`);

export const ChosenAgain = operation<ChosenAgainQuery, ChosenAgainQueryVariables>('ChosenAgain', `query ChosenAgain($refs: [String!]!) {
  entitiesByRefs(refs: $refs) {
    ...ChosenEntity
  }
}
fragment ChosenEntity on Entity {
  __typename
  ref
  displayName
  tags
  etag
}`);

