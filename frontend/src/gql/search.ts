// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  SearchPageQuery,
  SearchPageQueryVariables,
} from './operations';

export const SearchPage = operation<SearchPageQuery, SearchPageQueryVariables>('SearchPage', `query SearchPage($query: String!, $types: [String!], $kinds: [String!], $first: Int!, $after: String) {
  search(
    query: $query
    types: $types
    kinds: $kinds
    first: $first
    after: $after
  ) {
    nodes {
      type
      title
      titleHighlight
      highlight
      href
      entity {
        kind
        type
        displayName
        ownerRef
        owner {
          ref
          displayName
        }
      }
    }
    facets(keys: ["types", "kinds"]) {
      key
      buckets {
        value
        label
        count
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}`);

