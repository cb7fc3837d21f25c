// How high panels were when they were last seen, so that their place is kept while they are on their way.
// A panel that is new here takes the height it had for something else of its sort; 0 is a panel with nothing to show.
const KEY = 'portal-panel-heights';
const KEPT = 400;
const UNKNOWN = 150;
const WIDE = '(min-width: 75em)';

let known: Map<string, number> | null = null;
let writing: ReturnType<typeof setTimeout> | undefined;
window.addEventListener('pagehide', () => known && write());

/** `about` is what the page shows (an entity's ref), `sort` what is like it (its kind). */
export function reservedHeight(panel: string, about: string, sort: string): number {
  const heights = read();
  return heights.get(keyOf(panel, about)) ?? heights.get(keyOf(panel, sort)) ?? UNKNOWN;
}

/** Whether this very panel was seen before, with something to show. */
export function isHeightKnown(panel: string, about: string): boolean {
  return Boolean(read().get(keyOf(panel, about)));
}

export function rememberHeight(panel: string, about: string, sort: string, height: number): void {
  const heights = read();
  for (const key of [keyOf(panel, about), keyOf(panel, sort)]) {
    heights.delete(key); // the newest are kept
    heights.set(key, Math.round(height));
  }
  clearTimeout(writing);
  writing = setTimeout(write, 300);
}

function keyOf(panel: string, about: string): string {
  return `${window.matchMedia(WIDE).matches ? 'wide' : 'narrow'} ${panel} ${about}`;
}

function read(): Map<string, number> {
  if (known) return known;
  try {
    known = new Map(JSON.parse(localStorage.getItem(KEY) ?? '[]') as [string, number][]);
  } catch {
    known = new Map();
  }
  return known;
}

function write(): void {
  const newest = [...read()].slice(-KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(newest));
  } catch {
    // A browser that keeps nothing for us: places have their usual height.
  }
}
