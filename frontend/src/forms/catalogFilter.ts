// The `catalogFilter` of a picker, as Backstage writes it, as the API's filter.
// Shape: https://backstage.io/docs/features/software-templates/ui-options-examples
import { isObject, type JsonObject } from '../api/operation';
import type { EntityFilter } from '../gql/operations';

export function toEntityFilter(catalogFilter: unknown, fallbackKinds: string[] = []): EntityFilter {
  const alternatives = (Array.isArray(catalogFilter) ? catalogFilter : [catalogFilter]).filter(isObject);
  if (alternatives.length === 0) return fallbackKinds.length > 0 ? { kind: fallbackKinds } : {};
  const filters = alternatives.map(toOne);
  return filters.length === 1 ? (filters[0] ?? {}) : { or: filters };
}

function toOne(conditions: JsonObject): EntityFilter {
  const filter: EntityFilter = {};
  const where: NonNullable<EntityFilter['where']> = [];
  for (const [key, value] of Object.entries(conditions)) {
    const values = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
    if (key.toLowerCase() === 'kind') filter.kind = values;
    else if (isObject(value) && typeof value.exists === 'boolean') where.push({ key, exists: value.exists });
    else if (values.length > 0) where.push({ key, in: values });
  }
  if (where.length > 0) filter.where = where;
  return filter;
}

export function textList(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
}
