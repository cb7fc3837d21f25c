// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  EntityPageQuery,
  EntityPageQueryVariables,
  EntityRelationsQuery,
  EntityRelationsQueryVariables,
  RelationOriginsQuery,
  RelationOriginsQueryVariables,
  EntitySourceQuery,
  EntitySourceQueryVariables,
  EntityDefinitionQuery,
  EntityDefinitionQueryVariables,
  RefreshEntityMutation,
  RefreshEntityMutationVariables,
  EntityHistoryQuery,
  EntityHistoryQueryVariables,
  EntityAccessQuery,
  EntityAccessQueryVariables,
  FieldProvenanceQuery,
  FieldProvenanceQueryVariables,
  SetOverlayMutation,
  SetOverlayMutationVariables,
  RemoveOverlayMutation,
  RemoveOverlayMutationVariables,
} from './operations';

export const EntityPage = operation<EntityPageQuery, EntityPageQueryVariables>('EntityPage', `query EntityPage($ref: String!) {
  entity(ref: $ref) {
    __typename
    ref
    kind
    namespace
    name
    displayName
    description
    type
    lifecycle
    tags
    labels
    annotations
    links {
      url
      title
      safe
    }
    ownerRef
    owner {
      ref
      displayName
    }
    profile: spec(path: "profile")
    relations(first: 100) {
      nodes {
        ...RelationRow
      }
      pageInfo {
        hasNextPage
      }
      totalCount
    }
    problems {
      level
      code
      message
      path
      line
    }
    location {
      type
      target
    }
    sourcePath
    sourceLine
    orphan
    isFavourite
    etag
    overlays {
      path
    }
    createdAt
    updatedAt
    panelPlaces {
      ...PanelPlace
    }
  }
}
fragment RelationRow on EntityRelation {
  type
  targetRef
  declaredBy
  field
  attributes
  entity {
    ...EntityRow
  }
}
fragment EntityRow on Entity {
  ref
  kind
  displayName
  description
  type
  lifecycle
}
fragment PanelPlace on PortalPanelPlace {
  plugin
  id
  title
  slot
  wide
}`);

export const EntityRelations = operation<EntityRelationsQuery, EntityRelationsQueryVariables>('EntityRelations', `query EntityRelations($ref: String!, $type: String!, $first: Int!, $after: String) {
  entity(ref: $ref) {
    relations(type: $type, first: $first, after: $after) {
      nodes {
        ...RelationRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
}
fragment RelationRow on EntityRelation {
  type
  targetRef
  declaredBy
  field
  attributes
  entity {
    ...EntityRow
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

export const RelationOrigins = operation<RelationOriginsQuery, RelationOriginsQueryVariables>('RelationOrigins', `query RelationOrigins($ref: String!) {
  entity(ref: $ref) {
    displayName
    relations(first: 100) {
      nodes {
        targetRef
        declaredBy
        field
        since
        source
        file
        line
      }
    }
  }
}`);

export const EntitySource = operation<EntitySourceQuery, EntitySourceQueryVariables>('EntitySource', `query EntitySource($ref: String!) {
  entity(ref: $ref) {
    document
    descriptor
  }
}`);

export const EntityDefinition = operation<EntityDefinitionQuery, EntityDefinitionQueryVariables>('EntityDefinition', `query EntityDefinition($ref: String!) {
  entity(ref: $ref) {
    definition: spec(path: "definition")
  }
}`);

export const RefreshEntity = operation<RefreshEntityMutation, RefreshEntityMutationVariables>('RefreshEntity', `mutation RefreshEntity($input: RefreshEntityInput!) {
  refreshEntity(input: $input) {
    entity {
      ref
    }
    problems {
      code
      message
    }
  }
}`);

export const EntityHistory = operation<EntityHistoryQuery, EntityHistoryQueryVariables>('EntityHistory', `query EntityHistory($ref: String!, $first: Int!, $after: String) {
  entityHistory(ref: $ref, first: $first, after: $after) {
    nodes {
      id
      at
      what
      ref
      formerRef
      actor
      cause
      source
      relation {
        type
        targetRef
      }
      changes {
        path
        before
        after
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}`);

export const EntityAccess = operation<EntityAccessQuery, EntityAccessQueryVariables>('EntityAccess', `query EntityAccess($ref: String!) {
  explainAccess(ref: $ref) {
    everyone
    complete
    readers {
      ...AccessLine
    }
    editors {
      ...AccessLine
    }
    owners {
      ...AccessLine
    }
  }
}
fragment AccessLine on AccessEntry {
  subject
  because
}`);

export const FieldProvenance = operation<FieldProvenanceQuery, FieldProvenanceQueryVariables>('FieldProvenance', `query FieldProvenance($ref: String!, $path: String!) {
  explainField(ref: $ref, path: $path) {
    value
    layers {
      origin
      path
      value
      source
      file
      line
      at
      actor
      reason
      wins
    }
  }
}`);

export const SetOverlay = operation<SetOverlayMutation, SetOverlayMutationVariables>('SetOverlay', `mutation SetOverlay($input: SetOverlayInput!) {
  setOverlay(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const RemoveOverlay = operation<RemoveOverlayMutation, RemoveOverlayMutationVariables>('RemoveOverlay', `mutation RemoveOverlay($input: RemoveOverlayInput!) {
  removeOverlay(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

