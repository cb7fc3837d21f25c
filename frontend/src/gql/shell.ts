// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  ShellQuery,
  ShellQueryVariables,
  SearchPaletteQuery,
  SearchPaletteQueryVariables,
} from './operations';

export const Shell = operation<ShellQuery, ShellQueryVariables>('Shell', `query Shell {
  viewer {
    id
    username
    displayName
    email
    isAdmin
    userRef
  }
  portal {
    title
    version
    streamsUrl
  }
  pluginPages {
    id
    title
    icon
  }
  kinds {
    name
    plural
    label
    icon
  }
}`);

export const SearchPalette = operation<SearchPaletteQuery, SearchPaletteQueryVariables>('SearchPalette', `query SearchPalette($query: String!) {
  search(query: $query, first: 12) {
    nodes {
      type
      title
      text
      href
      ref
      entity {
        kind
        type
      }
    }
  }
}`);

