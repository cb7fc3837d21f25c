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
  homePanelPlaces {
    ...PanelPlace
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

