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
    kind
    panelPlaces(slot: TEAM) {
      ...PanelPlace
    }
  }
}
fragment PanelPlace on PortalPanelPlace {
  plugin
  id
  title
  slot
  wide
}`);

