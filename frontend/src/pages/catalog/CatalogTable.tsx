// The list as a table: one entity a row, nothing wrapped in the middle of a word, nothing cut at the edge.
import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { FavouriteStar } from '../../components/FavouriteStar';
import { Tick } from '../../components/Tick';
import { strings } from '../../strings';
import classes from './CatalogTable.module.css';
import { columnLabel, columnOf, NameCell, type Row } from './cells';
import { keyOf } from './columns';
import type { Selection } from './selection';
import { words } from './strings';

/** The boxes, a name that can be read, the stars. */
const FIXED = 42 + 260 + 38;

interface Props {
  rows: Row[] | undefined;
  kind: string;
  columns: string[];
  /** Somebody chose them: then they are all shown, and the table scrolls where they find no room. */
  chosen: boolean;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
  selection: Selection;
}

export function CatalogTable({ rows, kind, columns, chosen, sort, onSort, selection }: Props) {
  const classOf = (key: string) => cellClass(key, chosen);
  const describe = !columns.includes('description');
  return (
    <div className={classes.scroll} {...(chosen ? { tabIndex: 0, role: 'group', 'aria-label': words.title } : {})}>
      <table className={classes.table} style={chosen ? { minWidth: columns.reduce((sum, key) => sum + columnOf(key).width, FIXED) } : undefined}>
        <VisuallyHidden component="caption">{words.title}</VisuallyHidden>
        <thead>
          <tr>
            <th className={classes.tick} scope="col">
              <PageTick rows={rows ?? []} selection={selection} />
            </th>
            <HeadCell label={words.columns.name} className={classes.name ?? ''} sortKey="name" sort={sort} onSort={onSort} />
            {columns.map((key) => (
              <HeadCell key={key} label={columnLabel(key, kind)} className={classOf(key)} width={chosen ? columnOf(key).width : undefined} sortKey={columnOf(key).sort} sort={sort} onSort={onSort} />
            ))}
            <th className={classes.star} scope="col">
              <VisuallyHidden>{strings.favourite.column}</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows
            ? rows.map((row) => (
                <tr key={row.ref} className={classes.row} data-chosen={selection.has(row.ref) ? true : undefined} data-ref={row.ref}>
                  <td className={classes.tick}>
                    <RowTick row={row} selection={selection} />
                  </td>
                  <td className={classes.name}>
                    <NameCell row={row} describe={describe} />
                  </td>
                  {columns.map((key) => (
                    <td key={key} className={classOf(key)}>
                      {columnOf(key).cell(row)}
                    </td>
                  ))}
                  <td className={classes.star}>
                    <FavouriteStar size="sm" refText={row.ref} name={row.displayName} favourite={row.isFavourite} />
                  </td>
                </tr>
              ))
            : Array.from({ length: 12 }, (_, index) => (
                <tr key={index} className={classes.row} aria-hidden>
                  <td className={classes.tick} />
                  {['name', ...columns].map((key) => (
                    <td key={key} className={key === 'name' ? classes.name : classOf(key)}>
                      <div className={classes.bone} style={{ width: `${85 - ((index * 23) % 40)}%` }} />
                    </td>
                  ))}
                  <td className={classes.star} />
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  );
}

export function RowTick({ row, selection }: { row: Row; selection: Selection }) {
  return (
    <label className={classes.hit}>
      <Tick
        aria-label={words.choose(row.displayName)}
        checked={selection.has(row.ref)}
        onChange={(event) => selection.toggle(row, event.currentTarget.checked, (event.nativeEvent as MouseEvent).shiftKey)}
      />
    </label>
  );
}

function PageTick({ rows, selection }: { rows: Row[]; selection: Selection }) {
  const count = rows.filter(({ ref }) => selection.has(ref)).length;
  return (
    <label className={classes.hit}>
      <Tick
        aria-label={words.choosePage}
        checked={count > 0 && count === rows.length}
        mixed={count > 0 && count < rows.length}
        disabled={rows.length === 0}
        onChange={() => selection.togglePage(count < rows.length)}
      />
    </label>
  );
}

interface HeadProps {
  label: string;
  className: string;
  width?: number | undefined;
  sortKey: string | undefined;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}

function HeadCell({ label, className, width, sortKey, sort, onSort }: HeadProps) {
  if (!sortKey) {
    return (
      <th scope="col" className={className} style={{ width }} title={label}>
        {label}
      </th>
    );
  }
  const current = sort ?? 'name';
  const ascending = current === sortKey;
  const descending = current === `-${sortKey}`;
  const next = ascending ? `-${sortKey}` : sortKey === 'name' ? undefined : sortKey;
  return (
    <th scope="col" className={className} style={{ width }} aria-sort={ascending ? 'ascending' : descending ? 'descending' : 'none'}>
      <UnstyledButton className={classes.sort} onClick={() => onSort(next)}>
        {label}
        {ascending && <ArrowUp size={13} aria-hidden />}
        {descending && <ArrowDown size={13} aria-hidden />}
      </UnstyledButton>
    </th>
  );
}

function cellClass(key: string, chosen: boolean): string {
  if (keyOf(key)) return classes.keyed ?? '';
  const { rank } = columnOf(key);
  const hidden = rank && !chosen ? (classes[`rank${rank}`] ?? '') : '';
  return `${classes[key] ?? ''} ${hidden}`.trim();
}
