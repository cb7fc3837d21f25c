// The list as a file: all pages of it, under the filters and in the order that are shown.
import { ActionIcon, Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import { strings } from '../../strings';
import { stringifySearch } from '../../search';
import { toFilter, toOrder, type CatalogSearch } from './search';

const FORMATS = ['csv', 'json'] as const;

export function ExportMenu({ search }: { search: CatalogSearch }) {
  const asked = stringifySearch({
    filter: JSON.stringify(toFilter(search)),
    orderBy: JSON.stringify(toOrder(search.sort)),
    search: search.search,
  });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={strings.catalog.export}>
          <Download size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map((format) => (
          <Menu.Item key={format} component="a" href={`/api/catalog/export.${format}${asked}`} download={`catalog.${format}`}>
            {strings.catalog.exportAs[format]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
