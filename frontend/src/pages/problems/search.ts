// What the problems page keeps in its address.
import { asText } from '../../search';

export interface ProblemSearch {
  mine?: true | undefined;
  level?: 'error' | 'warning' | undefined;
  code?: string | undefined;
  owner?: string | undefined;
  location?: string | undefined;
}

export function parseProblemSearch(raw: Record<string, unknown>): ProblemSearch {
  const search: ProblemSearch = {};
  if (asText(raw.mine) === 'true' || raw.mine === true) search.mine = true;
  const level = asText(raw.level);
  if (level === 'error' || level === 'warning') search.level = level;
  for (const key of ['code', 'owner', 'location'] as const) {
    const value = asText(raw[key]);
    if (value) search[key] = value;
  }
  return search;
}
