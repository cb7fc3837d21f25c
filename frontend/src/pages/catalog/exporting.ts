// The addresses of a list as a file, and one file made of several: an address has no room for more than a hundred refs.
import { ApiError } from '../../api/client';
import { stringifySearch } from '../../search';
import { hundredsOf } from './hundreds';
import { toFilter, toOrder, type CatalogSearch } from './search';

export const FORMATS = ['csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** All that the list has, or only some of it. */
export function exportAddress(format: Format, search: CatalogSearch, refs?: string[]): string {
  const asked = stringifySearch({
    filter: JSON.stringify(refs ? { ref: refs } : toFilter(search)),
    orderBy: JSON.stringify(toOrder(search.sort)),
    search: refs ? undefined : search.search,
  });
  return `/api/catalog/export.${format}${asked}`;
}

/** Saves one file of many refs, in their order by the hundred. Throws ApiError. */
export async function saveExport(format: Format, search: CatalogSearch, refs: string[]): Promise<void> {
  const files: string[] = [];
  for (const some of hundredsOf(refs)) {
    const response = await fetch(exportAddress(format, search, some)).catch(() => Promise.reject(new ApiError('network', '')));
    if (!response.ok) throw new ApiError('server', '');
    files.push(await response.text());
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([joined[format](files)]));
  link.download = `catalog.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

const joined: Record<Format, (files: string[]) => string> = {
  csv: ([first = '', ...others]) => first + others.map((file) => file.slice(file.indexOf('\r\n') + 2)).join(''),
  json: (files) => `[${files.map((file) => file.trim().slice(1, -1)).filter(Boolean).join(',\n')}]\n`,
};
