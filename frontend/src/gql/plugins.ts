// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  PluginsQuery,
  PluginsQueryVariables,
  FetchAgainMutation,
  FetchAgainMutationVariables,
  DecidePluginClaimsMutation,
  DecidePluginClaimsMutationVariables,
  ChangePluginSettingsMutation,
  ChangePluginSettingsMutationVariables,
  GrantPluginPermissionMutation,
  GrantPluginPermissionMutationVariables,
} from './operations';

export const Plugins = operation<PluginsQuery, PluginsQueryVariables>('Plugins', `query Plugins {
  plugins {
    name
    verboseName
    description
    version
    enabled
    state
    reason
    contributions {
      point
      name
    }
    claims {
      claim
      value
      accepted
      uses
      refusals
      lastUsedAt
    }
    permissions {
      name
      description
      subjects
      decided
    }
    settings {
      schema
      fields {
        name
        variable
        title
        help
        secret
        source
        editable
        isSet
        value
      }
    }
    settingsPanels {
      ...PanelParts
    }
  }
  pluginFetches {
    plugin
    name
    targets
    waiting
    failing
    error
    nextTry
    oldest
    newest
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

export const FetchAgain = operation<FetchAgainMutation, FetchAgainMutationVariables>('FetchAgain', `mutation FetchAgain($input: FetchAgainInput!) {
  fetchAgain(input: $input) {
    requested
    problems {
      path
      code
      message
    }
  }
}`);

export const DecidePluginClaims = operation<DecidePluginClaimsMutation, DecidePluginClaimsMutationVariables>('DecidePluginClaims', `mutation DecidePluginClaims($input: DecidePluginClaimsInput!) {
  decidePluginClaims(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const ChangePluginSettings = operation<ChangePluginSettingsMutation, ChangePluginSettingsMutationVariables>('ChangePluginSettings', `mutation ChangePluginSettings($input: ChangePluginSettingsInput!) {
  changePluginSettings(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const GrantPluginPermission = operation<GrantPluginPermissionMutation, GrantPluginPermissionMutationVariables>('GrantPluginPermission', `mutation GrantPluginPermission($input: GrantPluginPermissionInput!) {
  grantPluginPermission(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

