// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  TeamsQuery,
  TeamsQueryVariables,
  TeamQuery,
  TeamQueryVariables,
  TeamPanelsQuery,
  TeamPanelsQueryVariables,
} from './operations';

export const Teams = operation<TeamsQuery, TeamsQueryVariables>('Teams', `query Teams {
  viewer {
    groups {
      ref
      displayName
    }
  }
}`);

export const Team = operation<TeamQuery, TeamQueryVariables>('Team', `query Team($ref: String!, $owner: [String!]!) {
  entity(ref: $ref) {
    ref
    displayName
    description
  }
  entityFacets(facets: ["kind", "lifecycle"], filter: {owner: $owner}) {
    key
    buckets {
      value
      label
      count
    }
  }
  problems(filter: {owner: $owner}, first: 5) {
    nodes {
      level
      code
      message
      path
      line
      ref
    }
    totalCount
  }
}`);

export const TeamPanels = operation<TeamPanelsQuery, TeamPanelsQueryVariables>('TeamPanels', `query TeamPanels($ref: String!) {
  entity(ref: $ref) {
    panels(slot: TEAM) {
      ...PanelParts
    }
  }
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

