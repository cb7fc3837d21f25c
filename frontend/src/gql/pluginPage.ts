// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  PluginPageQuery,
  PluginPageQueryVariables,
} from './operations';

export const PluginPage = operation<PluginPageQuery, PluginPageQueryVariables>('PluginPage', `query PluginPage($id: String!, $given: JSON) {
  pluginPage(id: $id, given: $given) {
    id
    plugin
    title
    description
    failed
    parameters {
      name
      title
      value
      choices {
        value
        label
      }
    }
    panelPlaces {
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

