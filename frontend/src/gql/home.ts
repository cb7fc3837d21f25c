// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  HomeQuery,
  HomeQueryVariables,
} from './operations';

export const Home = operation<HomeQuery, HomeQueryVariables>('Home', `query Home($recent: [String!]!) {
  viewer {
    displayName
    owned(first: 10) {
      totalCount
      nodes {
        ...EntityRow
      }
    }
    favourites {
      ...EntityRow
    }
    groups {
      ref
      displayName
    }
  }
  recent: entitiesByRefs(refs: $recent) {
    ...EntityRow
  }
  homePanels {
    ...PanelParts
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
fragment PanelParts on PortalPanel {
  plugin
  id
  title
  slot
  failed
  asOf
  blocks {
    __typename
    ... on StatBlock {
      label
      value
      unit
      hint
    }
    ... on StatusBlock {
      label
      level
      detail
    }
    ... on TextBlock {
      html
    }
    ... on LinksBlock {
      links {
        url
        title
        safe
      }
    }
    ... on TableBlock {
      columns
      rows
    }
    ... on KeyValueBlock {
      items {
        key
        value
      }
    }
    ... on EmptyBlock {
      title
      message
    }
    ... on ErrorBlock {
      title
      message
    }
  }
}`);

