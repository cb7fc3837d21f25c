// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  EntityPanelsQuery,
  EntityPanelsQueryVariables,
  PluginPagePanelsQuery,
  PluginPagePanelsQueryVariables,
  HomePanelsQuery,
  HomePanelsQueryVariables,
  RefreshPanelMutation,
  RefreshPanelMutationVariables,
  RunEntityActionMutation,
  RunEntityActionMutationVariables,
} from './operations';

export const EntityPanels = operation<EntityPanelsQuery, EntityPanelsQueryVariables>('EntityPanels', `query EntityPanels($ref: String!, $ids: [String!]!, $given: JSON, $within: Int) {
  entity(ref: $ref) {
    ref
    panels(ids: $ids, given: $given, within: $within) {
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
  pending
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
      file
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
    ... on DocumentBlock {
      title
      html
      pages {
        depth
        label
        detail
        url
      }
      current
      headings {
        id
        title
        level
      }
      updatedAt
      editUrl
      search
      lookedFor
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
      entity
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

export const PluginPagePanels = operation<PluginPagePanelsQuery, PluginPagePanelsQueryVariables>('PluginPagePanels', `query PluginPagePanels($id: String!, $given: JSON, $ids: [String!]!, $within: Int) {
  pluginPage(id: $id, given: $given) {
    panels(ids: $ids, within: $within) {
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
  pending
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
      file
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
    ... on DocumentBlock {
      title
      html
      pages {
        depth
        label
        detail
        url
      }
      current
      headings {
        id
        title
        level
      }
      updatedAt
      editUrl
      search
      lookedFor
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
      entity
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

export const HomePanels = operation<HomePanelsQuery, HomePanelsQueryVariables>('HomePanels', `query HomePanels($ids: [String!]!, $within: Int) {
  homePanels(ids: $ids, within: $within) {
    ...PanelParts
  }
}
fragment PanelParts on PortalPanel {
  plugin
  id
  title
  slot
  failed
  pending
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
      file
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
    ... on DocumentBlock {
      title
      html
      pages {
        depth
        label
        detail
        url
      }
      current
      headings {
        id
        title
        level
      }
      updatedAt
      editUrl
      search
      lookedFor
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
      entity
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

export const RefreshPanel = operation<RefreshPanelMutation, RefreshPanelMutationVariables>('RefreshPanel', `mutation RefreshPanel($input: RefreshPanelInput!) {
  refreshPanel(input: $input) {
    requested
    problems {
      path
      code
      message
    }
  }
}`);

export const RunEntityAction = operation<RunEntityActionMutation, RunEntityActionMutationVariables>('RunEntityAction', `mutation RunEntityAction($input: RunEntityActionInput!) {
  runEntityAction(input: $input) {
    message
    problems {
      path
      code
      message
    }
  }
}`);

