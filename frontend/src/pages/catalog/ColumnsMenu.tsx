// Which columns the table has, and their order: those of every entity to tick, annotations and labels to choose among.
import { ActionIcon, Button, Popover, Select, Stack, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ArrowDown, ArrowUp, Columns3 } from 'lucide-react';
import { useRef, useState } from 'react';
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
  const dragged = useRef<string>(undefined);
  const [said, setSaid] = useState('');
  const kind = kindOf(search);
  const columns = columnsOf(kind, search.columns);
  const usual = columns.join() === defaultColumns(kind).join();

  function choose(next: string[]) {
    if (next.length === 0) return;
    rememberColumns(kind, next);
    change({ columns: next });
  }

  /** Puts a column where another one is. */
  function move(key: string, to: number) {
    if (to < 0 || to >= columns.length) return;
    choose(columns.filter((one) => one !== key).toSpliced(to, 0, key));
    setSaid(words.columnAt(columnLabel(key, kind), to + 1, columns.length));
  }

  function reset() {
    rememberColumns(kind, null);
    change({ columns: undefined });
  }

  return (
    <Popover opened={opened} onChange={menu.toggle} position="bottom-end" width={288} trapFocus returnFocus withinPortal shadow="md">
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={words.columnsMenu} title={words.columnsMenu} onClick={menu.toggle}>
          <Columns3 size={16} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.columnsMenu}>
        <Stack gap={2}>
          <div className={classes.rows}>
            {columns.map((key, place) => (
              <div
                key={key}
                className={classes.row}
                draggable
                onDragStart={() => (dragged.current = key)}
                onDragOver={(event) => event.preventDefault()}
                onDrop={() => dragged.current && move(dragged.current, place)}
              >
                <ColumnTick column={key} kind={kind} checked choose={() => choose(columns.filter((one) => one !== key))} />
                {[-1, 1].map((by) => (
                  <MoveButton key={by} name={columnLabel(key, kind)} up={by < 0} last={place + by < 0 || place + by >= columns.length} move={() => move(key, place + by)} />
                ))}
              </div>
            ))}
            {COLUMNS.filter((key) => !columns.includes(key)).map((key) => (
              <div key={key} className={classes.row}>
                <ColumnTick column={key} kind={kind} checked={false} choose={() => choose([...columns, key])} />
              </div>
            ))}
          </div>
          <VisuallyHidden role="status">{said}</VisuallyHidden>
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

interface TickProps {
  column: string;
  kind: string;
  checked: boolean;
  choose: () => void;
}

function ColumnTick({ column, kind, checked, choose }: TickProps) {
  return (
    <label className={classes.label}>
      <Tick checked={checked} onChange={choose} />
      <span className={classes.words} title={column}>
        {keyOf(column)?.[1] ?? columnLabel(column, kind)}
      </span>
    </label>
  );
}

/** Kept at the ends, where it does nothing: whoever pressed it keeps the focus. */
function MoveButton({ name, up, last, move }: { name: string; up: boolean; last: boolean; move: () => void }) {
  const Icon = up ? ArrowUp : ArrowDown;
  return (
    <ActionIcon size={24} variant="subtle" color="gray" aria-label={words.columnMove(name, up)} aria-disabled={last} data-disabled={last || undefined} onClick={() => !last && move()}>
      <Icon size={14} aria-hidden />
    </ActionIcon>
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
