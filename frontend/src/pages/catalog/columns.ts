// Which columns the list can have, which it has for each kind, and what this browser remembers of that.
import { readKept } from '../../kept';

export const ALL_KINDS = 'all';
export const COLUMNS = ['kind', 'namespace', 'type', 'system', 'owner', 'lifecycle', 'tags', 'description', 'updated', 'created'] as const;
export type ColumnKey = (typeof COLUMNS)[number];
export type KeyedColumn = 'annotation' | 'label';

const KEPT_AS = 'portal-columns';

const DEFAULTS: Record<string, ColumnKey[]> = {
  [ALL_KINDS]: ['kind', 'type', 'owner', 'lifecycle', 'tags'],
  component: ['type', 'system', 'owner', 'lifecycle', 'tags'],
  api: ['type', 'system', 'owner', 'lifecycle', 'tags'],
  resource: ['type', 'system', 'owner', 'tags'],
  system: ['system', 'owner', 'tags', 'updated'],
  domain: ['owner', 'tags', 'updated'],
  group: ['type', 'tags', 'updated'],
  user: ['tags', 'updated'],
  location: ['type', 'updated'],
  template: ['type', 'owner', 'tags', 'updated'],
};
const OTHERS: ColumnKey[] = ['type', 'owner', 'lifecycle', 'tags'];

export const defaultColumns = (kind: string): string[] => DEFAULTS[kind] ?? OTHERS;

const isPlain = (column: string): column is ColumnKey => (COLUMNS as readonly string[]).includes(column);
export const isColumn = (column: string): boolean => isPlain(column) || keyOf(column) !== null;

/** What an annotation's or a label's column shows: "annotation:backstage.io/x" is ["annotation", "backstage.io/x"]. */
export function keyOf(column: string): [KeyedColumn, string] | null {
  const match = /^(annotation|label):(.+)$/.exec(column);
  return match ? [match[1] as KeyedColumn, match[2] ?? ''] : null;
}

export function keysOf(columns: string[], of: KeyedColumn): string[] {
  return columns.flatMap((column) => {
    const keyed = keyOf(column);
    return keyed?.[0] === of ? [keyed[1]] : [];
  });
}

/** The columns of a kind: those of the address, or what is remembered, or what is usual. */
export function columnsOf(kind: string, chosen: string[] | undefined): string[] {
  return chosen ?? remembered()[kind] ?? defaultColumns(kind);
}

/** For the next time that the kind is listed; null: what is usual again. */
export function rememberColumns(kind: string, columns: string[] | null): void {
  const { [kind]: _before, ...rest } = remembered();
  window.localStorage.setItem(KEPT_AS, JSON.stringify(columns ? { ...rest, [kind]: columns } : rest));
}

function remembered(): Record<string, string[]> {
  const kept = readKept(KEPT_AS);
  if (typeof kept !== 'object' || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).flatMap(([kind, columns]) => {
      const known = Array.isArray(columns) ? columns.filter((one): one is string => typeof one === 'string' && isColumn(one)) : [];
      return known.length > 0 ? [[kind, known]] : [];
    }),
  );
}
