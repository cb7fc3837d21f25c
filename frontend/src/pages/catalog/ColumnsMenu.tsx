// Which columns the table has: those of every entity to tick, annotations and labels to choose among.
import { ActionIcon, Button, CloseButton, Popover, Select, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Columns3 } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { isObject } from '../../api/operation';
import { Tick } from '../../components/Tick';
import { ColumnKeys } from '../../gql/operations';
import { strings } from '../../strings';
import { columnLabel } from './cells';
import { COLUMNS, columnsOf, defaultColumns, keyOf, rememberColumns, type KeyedColumn } from './columns';
import classes from './ColumnsMenu.module.css';
import { kindOf, toFilter, type CatalogSearch } from './search';
import { words } from './strings';

interface Props {
  search: CatalogSearch;
  change: (changes: Partial<CatalogSearch>) => void;
}

export function ColumnsMenu({ search, change }: Props) {
  const [opened, menu] = useDisclosure(false);
  const kind = kindOf(search);
  const columns = columnsOf(kind, search.columns);
  const usual = columns.join() === defaultColumns(kind).join();

  function choose(next: string[]) {
    if (next.length === 0) return;
    const ordered = [...COLUMNS.filter((key) => next.includes(key)), ...next.filter((key) => keyOf(key))];
    rememberColumns(kind, ordered);
    change({ columns: ordered });
  }

  function reset() {
    rememberColumns(kind, null);
    change({ columns: undefined });
  }

  return (
    <Popover opened={opened} onChange={menu.toggle} position="bottom-end" width={264} trapFocus withinPortal shadow="md">
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={words.columnsMenu} title={words.columnsMenu} onClick={menu.toggle}>
          <Columns3 size={16} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.columnsMenu}>
        <Stack gap={2}>
          {COLUMNS.map((key) => (
            <label key={key} className={classes.row}>
              <Tick
                checked={columns.includes(key)}
                onChange={(event) => choose(event.currentTarget.checked ? [...columns, key] : columns.filter((one) => one !== key))}
              />
              {columnLabel(key, kind)}
            </label>
          ))}
          {columns.filter((key) => keyOf(key)).map((key) => (
            <div key={key} className={classes.row}>
              <CloseButton size="xs" aria-label={words.removeFilter(words.columnsMenu, columnLabel(key, kind))} onClick={() => choose(columns.filter((one) => one !== key))} />
              <span className={classes.keyed} title={key}>
                {keyOf(key)?.[1]}
              </span>
            </div>
          ))}
          <KeyedSelect search={search} taken={columns} add={(key) => choose([...columns, key])} />
          {!usual && (
            <Button variant="subtle" color="gray" size="compact-sm" mt={6} onClick={reset}>
              {words.columnsReset}
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function KeyedSelect({ search, taken, add }: { search: CatalogSearch; taken: string[]; add: (column: string) => void }) {
  const answer = useOperation(ColumnKeys, { filter: toFilter(search) }, { staleTime: 60_000 });
  const nodes = answer.data?.entities.nodes ?? [];
  const options = (of: KeyedColumn, values: unknown[]) => {
    const keys = new Set(values.flatMap((one) => (isObject(one) ? Object.keys(one) : [])));
    const items = [...keys].sort().map((key) => ({ value: `${of}:${key}`, label: key }));
    return { group: words.keyedGroups[of], items: items.filter(({ value }) => !taken.includes(value)) };
  };
  const data = [options('annotation', nodes.map((node) => node.annotations)), options('label', nodes.map((node) => node.labels))];
  return (
    <Select
      mt={8}
      size="xs"
      searchable
      value={null}
      data={data.filter(({ items }) => items.length > 0)}
      onChange={(value) => value && add(value)}
      placeholder={words.columnsKeyed}
      aria-label={words.columnsKeyed}
      nothingFoundMessage={answer.isPending ? strings.loading : words.columnsKeyedNone}
      comboboxProps={{ withinPortal: false }}
      maxDropdownHeight={220}
    />
  );
}
