// What the graph page keeps in its address.
import { asList, asText } from '../../search';

export interface GraphSearch {
  root?: string | undefined;
  /** Steps from the root, 1 to 4. */
  depth?: number | undefined;
  /** Relations left out. */
  without?: string[] | undefined;
}

export function parseGraphSearch(raw: Record<string, unknown>): GraphSearch {
  const search: GraphSearch = {};
  const root = asText(raw.root);
  if (root) search.root = root.toLowerCase();
  const depth = Number(asText(raw.depth) ?? raw.depth);
  if (Number.isInteger(depth) && depth >= 1 && depth <= 4) search.depth = depth;
  const without = asList(raw.without);
  if (without.length > 0) search.without = without;
  return search;
}
