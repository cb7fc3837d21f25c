// A list as a file: all pages of it, in the order that is shown.
import { Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ReactElement } from 'react';
import { explain } from '../../components/states';
import { exportAddress, FORMATS, saveExport } from './exporting';
import { HUNDRED } from './hundreds';
import type { CatalogSearch } from './search';
import { words } from './strings';

interface Props {
  search: CatalogSearch;
  /** Only these. */
  refs?: string[];
  children: ReactElement;
}

export function ExportMenu({ search, refs, children }: Props) {
  const many = refs !== undefined && refs.length > HUNDRED ? refs : null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map((format) =>
          many ? (
            <Menu.Item key={format} onClick={() => void saveExport(format, search, many).catch((error: unknown) => notifications.show({ color: 'red', ...explain(error as Error) }))}>
              {words.exportAs[format]}
            </Menu.Item>
          ) : (
            <Menu.Item key={format} component="a" href={exportAddress(format, search, refs)} download={`catalog.${format}`}>
              {words.exportAs[format]}
            </Menu.Item>
          ),
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
