// What this browser remembers of a person's choices, read without any library: the first query waits for it.

/** What is kept by that name; null where there is nothing that can be read. */
export function readKept(key: string): unknown {
  try {
    return JSON.parse(window.localStorage.getItem(key) ?? 'null') as unknown;
  } catch {
    return null;
  }
}

export const RECENT = 'portal-recent';
export const RECENT_SHOWN = 8;

/** The entities looked at last, as many as the home page lists. */
export function recentRefs(): string[] {
  const kept = readKept(RECENT);
  return Array.isArray(kept) ? kept.filter((ref): ref is string => typeof ref === 'string').slice(0, RECENT_SHOWN) : [];
}
