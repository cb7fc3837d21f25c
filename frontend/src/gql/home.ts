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
  canRefresh
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
      rows {
        text
        url
        level
      }
    }
    ... on KeyValueBlock {
      items {
        key
        value
      }
    }
    ... on SeriesBlock {
      title
      unit
      lines {
        label
        points {
          at
          value
        }
      }
      thresholds {
        label
        value
        level
      }
    }
    ... on BarsBlock {
      title
      unit
      bars {
        label
        value
        text
        level
        url
      }
    }
    ... on GaugeBlock {
      label
      amount
      maximum
      unit
      level
      detail
    }
    ... on TimelineBlock {
      moments {
        at
        title
        level
        detail
        url
      }
    }
    ... on TreeBlock {
      nodes {
        depth
        label
        level
        detail
        url
      }
    }
    ... on LogBlock {
      title
      lines {
        text
        at
        level
      }
    }
    ... on FormBlock {
      title
      action
      schema
      submit
      values
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

