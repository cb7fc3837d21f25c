// A list as a file: all pages of it, in the order that is shown.
import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { stringifySearch } from '../../search';
import { toFilter, toOrder, type CatalogSearch } from './search';
import { words } from './strings';

const FORMATS = ['csv', 'json'] as const;

interface Props {
  search: CatalogSearch;
  /** Only these. */
  refs?: string[];
  children: ReactElement;
}

export function ExportMenu({ search, refs, children }: Props) {
  const asked = stringifySearch({
    filter: JSON.stringify(refs ? { ref: refs } : toFilter(search)),
    orderBy: JSON.stringify(toOrder(search.sort)),
    search: refs ? undefined : search.search,
  });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map((format) => (
          <Menu.Item key={format} component="a" href={`/api/catalog/export.${format}${asked}`} download={`catalog.${format}`}>
            {words.exportAs[format]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
