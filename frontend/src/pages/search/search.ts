// What the search page keeps in its address.
import { asList, asText } from '../../search';

export interface ResultSearch {
  query?: string | undefined;
  /** Kinds, and names of plugins' documents. */
  type?: string[] | undefined;
  /** Kinds that documents belong to. */
  kind?: string[] | undefined;
}

export function parseResultSearch(raw: Record<string, unknown>): ResultSearch {
  const search: ResultSearch = {};
  const query = asText(raw.query);
  if (query) search.query = query;
  const type = asList(raw.type);
  if (type.length > 0) search.type = type;
  const kind = asList(raw.kind);
  if (kind.length > 0) search.kind = kind;
  return search;
}
