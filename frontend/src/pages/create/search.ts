// What the page of templates keeps in its address.
import type { EntityFilter } from '../../gql/operations';
import { asText } from '../../search';

export interface CreateSearch {
  search?: string;
  type?: string;
  tag?: string;
  owner?: string;
}

export function parseCreateSearch(raw: Record<string, unknown>): CreateSearch {
  const search: CreateSearch = {};
  for (const key of ['search', 'type', 'tag', 'owner'] as const) {
    const value = asText(raw[key]);
    if (value) search[key] = value;
  }
  return search;
}

export function toTemplateFilter(search: CreateSearch): EntityFilter {
  return {
    ...(search.type ? { type: [search.type] } : {}),
    ...(search.tag ? { tags: [search.tag] } : {}),
    ...(search.owner ? { owner: [search.owner] } : {}),
  };
}
