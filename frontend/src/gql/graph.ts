// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  GraphNodesQuery,
  GraphNodesQueryVariables,
  GraphMoreQuery,
  GraphMoreQueryVariables,
  GraphBeginQuery,
  GraphBeginQueryVariables,
  GraphStartQuery,
  GraphStartQueryVariables,
} from './operations';

export const GraphNodes = operation<GraphNodesQuery, GraphNodesQueryVariables>('GraphNodes', `query GraphNodes($refs: [String!]!) {
  entitiesByRefs(refs: $refs) {
    ref
    kind
    type
    displayName
    relations(first: 100) {
      nodes {
        type
        targetRef
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
}`);

export const GraphMore = operation<GraphMoreQuery, GraphMoreQueryVariables>('GraphMore', `query GraphMore($ref: String!, $after: String) {
  entity(ref: $ref) {
    relations(first: 100, after: $after) {
      nodes {
        type
        targetRef
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}`);

export const GraphBegin = operation<GraphBeginQuery, GraphBeginQueryVariables>('GraphBegin', `query GraphBegin($recent: [String!]!) {
  recent: entitiesByRefs(refs: $recent) {
    ...EntityRow
  }
  entities(filter: {kind: ["domain"]}, orderBy: {field: NAME}, first: 12) {
    nodes {
      ...EntityRow
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

export const GraphStart = operation<GraphStartQuery, GraphStartQueryVariables>('GraphStart', `query GraphStart($search: String!) {
  entities(search: $search, first: 12) {
    nodes {
      ...EntityRow
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

