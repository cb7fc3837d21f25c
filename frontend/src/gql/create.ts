// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  CreateQuery,
  CreateQueryVariables,
  RecentTemplatesQuery,
  RecentTemplatesQueryVariables,
} from './operations';

export const Create = operation<CreateQuery, CreateQueryVariables>('Create', `query Create($filter: EntityFilter, $facetFilter: EntityFilter, $search: String) {
  templates(filter: $filter, search: $search, first: 100) {
    nodes {
      ...TemplateCard
    }
    totalCount
  }
  entityFacets(
    facets: ["type", "tags", "owner"]
    filter: $facetFilter
    search: $search
  ) {
    key
    buckets {
      value
      count
      label
    }
  }
  brokenTemplates {
    ref
    title
    problems {
      code
      message
    }
  }
}
fragment TemplateCard on Entity {
  ref
  namespace
  name
  displayName
  description
  type
  tags
  isFavourite
  ownerRef
  owner {
    ref
    displayName
  }
}`);

export const RecentTemplates = operation<RecentTemplatesQuery, RecentTemplatesQueryVariables>('RecentTemplates', `query RecentTemplates {
  tasks(first: 50) {
    nodes {
      templateRef
    }
  }
}`);

