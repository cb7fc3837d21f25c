// What the page of templates keeps in its address.
import type { EntityFilter } from '../../gql/operations';
import { asText } from '../../search';

export interface CreateSearch {
  search?: string;
  type?: string;
  tag?: string;
  owner?: string;
  scope?: string;
}

export const SCOPES = ['all', 'favourite', 'owned'] as const;

export function parseCreateSearch(raw: Record<string, unknown>): CreateSearch {
  const search: CreateSearch = {};
  for (const key of ['search', 'type', 'tag', 'owner', 'scope'] as const) {
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
    ...(search.scope === 'favourite' ? { favourite: true } : {}),
    ...(search.scope === 'owned' ? { owned: true } : {}),
  };
}
