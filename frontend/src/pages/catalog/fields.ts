// Fields that can be set of many entities at once: where each is in a document, and what it becomes for each entity.
import { isObject, type Json } from '../../api/operation';
import type { EntityFilter, OverlayValueInput } from '../../gql/operations';
import type { Chosen } from './selection';
import type { words } from './strings';

export type FieldKey = keyof typeof words.fields;

interface Field {
  path: string;
  /** What is chosen: an entity, one of the values that others have, tags. */
  choose: { entity: EntityFilter } | { facet: 'lifecycle' | 'type' } | 'tags';
  value: (row: Chosen, given: string | string[]) => Json;
}

const asGiven: Field['value'] = (_row, given) => given;

export const FIELDS: Record<FieldKey, Field> = {
  owner: { path: '/spec/owner', choose: { entity: { kind: ['Group', 'User'] } }, value: asGiven },
  lifecycle: { path: '/spec/lifecycle', choose: { facet: 'lifecycle' }, value: asGiven },
  type: { path: '/spec/type', choose: { facet: 'type' }, value: asGiven },
  system: { path: '/spec/system', choose: { entity: { kind: ['System'] } }, value: asGiven },
  addTags: { path: '/metadata/tags', choose: 'tags', value: (row, given) => [...new Set(row.tags.concat(given))] },
  removeTags: {
    path: '/metadata/tags',
    choose: 'tags',
    value: (row, given) => row.tags.filter((tag) => !given.includes(tag)),
  },
};

/** What the API is told; an entity that was changed meanwhile is refused, not overwritten. */
export function valuesFor(field: FieldKey, rows: Chosen[], given: string | string[]): OverlayValueInput[] {
  return rows.map((row) => ({ ref: row.ref, value: FIELDS[field].value(row, given), expectedEtag: row.etag }));
}

export const isSame = (before: Json, after: Json): boolean => JSON.stringify(before) === JSON.stringify(after) || (before === null && isEmpty(after));
const isEmpty = (value: Json): boolean => value === null || (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);
