// The part of the address after "?": plain keys, a repeated key is a list.

export type SearchValues = Record<string, string | string[]>;

export function parseSearch(text: string): SearchValues {
  const values: SearchValues = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const before = values[key];
    if (before === undefined) values[key] = value;
    else values[key] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return values;
}

export function stringifySearch(values: Record<string, unknown>): string {
  const parts = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'string' && one !== '') parts.append(key, one);
      else if (typeof one === 'number' || one === true) parts.append(key, String(one));
    }
  }
  const text = parts.toString();
  return text ? `?${text}` : '';
}

export function asList(value: unknown): string[] {
  if (Array.isArray(value)) return value.filter((one): one is string => typeof one === 'string' && one !== '');
  return typeof value === 'string' && value !== '' ? [value] : [];
}

export function asText(value: unknown): string | undefined {
  return asList(value)[0];
}
