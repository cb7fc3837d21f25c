// What the catalog page keeps in its address, and the API's filter made of it.
import type { CatalogQueryVariables, EntityFilter, EntityOrder, EntityOrderField } from '../../gql/operations';
import { shortRef } from '../../refs';
import { asList, asText, stringifySearch } from '../../search';
import { ALL_KINDS, columnsOf, isColumn, keysOf } from './columns';

export const FILTER_KEYS = ['type', 'lifecycle', 'owner', 'tag', 'namespace'] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];
/** How the API calls the facet of a filter. */
export const FACET_OF: Record<FilterKey, string> = {
  type: 'type',
  lifecycle: 'lifecycle',
  owner: 'owner',
  tag: 'tags',
  namespace: 'namespace',
};
export const PAGE_SIZES = [20, 50, 100] as const;
const DEFAULT_KIND = 'component';

export type CatalogSearch = Partial<Record<FilterKey, string[]>> & {
  kind?: string;
  search?: string;
  scope?: 'owned' | 'favourite';
  state?: 'problems' | 'orphan';
  sort?: string;
  size?: number;
  after?: string;
  /** What the table shows beside the name; without it, what this browser remembers for the kind. */
  columns?: string[];
  /** The saved view that was opened; what is shown may have been changed since. */
  view?: string;
};

const SORTS: Record<string, EntityOrderField> = {
  name: 'NAME',
  kind: 'KIND',
  type: 'TYPE',
  lifecycle: 'LIFECYCLE',
  owner: 'OWNER',
  updated: 'UPDATED_AT',
  created: 'CREATED_AT',
};

export function parseCatalogSearch(raw: Record<string, unknown>): CatalogSearch {
  const search: CatalogSearch = {};
  for (const key of FILTER_KEYS) {
    const values = asList(raw[key]);
    if (values.length > 0) search[key] = values;
  }
  const kind = asText(raw.kind);
  if (kind) search.kind = kind.toLowerCase();
  const text = asText(raw.search);
  if (text) search.search = text;
  const scope = asText(raw.scope);
  if (scope === 'owned' || scope === 'favourite') search.scope = scope;
  const state = asText(raw.state);
  if (state === 'problems' || state === 'orphan') search.state = state;
  const sort = asText(raw.sort);
  if (sort && SORTS[sort.replace(/^-/, '')]) search.sort = sort;
  const size = Number(asText(raw.size) ?? raw.size);
  if (PAGE_SIZES.some((known) => known === size) && size !== PAGE_SIZES[0]) search.size = size;
  const after = asText(raw.after);
  if (after) search.after = after;
  const columns = asList(raw.columns).filter(isColumn);
  if (columns.length > 0) search.columns = columns;
  const view = asText(raw.view);
  if (view) search.view = view;
  return search;
}

/** A value's name, or the short form of a ref that leads nowhere. */
export const facetLabel = (label: string): string => (/^[a-z]+:[^/ ]+\/[^/ ]+$/.test(label) ? shortRef(label) : label);

export const kindOf = (search: CatalogSearch): string => search.kind ?? DEFAULT_KIND;
export const kindParam = (kind: string): string | undefined => (kind === DEFAULT_KIND ? undefined : kind);
export const sizeOf = (search: CatalogSearch): number => search.size ?? PAGE_SIZES[0];

export function toFilter(search: CatalogSearch): EntityFilter {
  const kind = kindOf(search);
  return {
    ...(kind === ALL_KINDS ? {} : { kind: [kind] }),
    ...(search.type ? { type: search.type } : {}),
    ...(search.lifecycle ? { lifecycle: search.lifecycle } : {}),
    ...(search.owner ? { owner: search.owner } : {}),
    ...(search.tag ? { tags: search.tag } : {}),
    ...(search.namespace ? { namespace: search.namespace } : {}),
    ...(search.scope === 'owned' ? { owned: true } : {}),
    ...(search.scope === 'favourite' ? { favourite: true } : {}),
    ...(search.state === 'problems' ? { hasProblems: true } : {}),
    ...(search.state === 'orphan' ? { orphan: true } : {}),
  };
}

export function toOrder(sort: string | undefined): EntityOrder {
  const descending = sort?.startsWith('-') ?? false;
  return { field: SORTS[sort?.replace(/^-/, '') ?? 'name'] ?? 'NAME', direction: descending ? 'DESC' : 'ASC' };
}

export function variablesOf(search: CatalogSearch): CatalogQueryVariables {
  const columns = columnsOf(kindOf(search), search.columns);
  return {
    filter: toFilter(search),
    search: search.search ?? null,
    orderBy: toOrder(search.sort),
    first: sizeOf(search),
    after: search.after ?? null,
    withAnnotations: keysOf(columns, 'annotation').length > 0,
    withLabels: keysOf(columns, 'label').length > 0,
  };
}

/** What a saved view keeps of what is shown: all but the page one is on; its columns always, whoever opens it. */
export function savedSearchOf(search: CatalogSearch): string {
  const { after: _page, view: _view, ...kept } = parseCatalogSearch(search); // in an order of its own
  return stringifySearch({ ...kept, columns: columnsOf(kindOf(search), search.columns) }).slice(1);
}
