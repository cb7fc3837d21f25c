// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  PluginsQuery,
  PluginsQueryVariables,
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
  }
}`);

