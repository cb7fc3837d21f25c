// The list as a table: one entity a row, nothing wrapped in the middle of a word, nothing cut at the edge.
import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { FavouriteStar } from '../../components/FavouriteStar';
import { EntityLink, PageLink } from '../../components/links';
import { EntityIcon } from '../../components/EntityIcon';
import { Lifecycle } from '../../components/Lifecycle';
import { Tags } from '../../components/Tags';
import { TimeText } from '../../components/TimeText';
import type { CatalogRowFragment } from '../../gql/operations';
import { useKindLabels } from '../../layout/useShell';
import { entityParams, saysOf, shortRef } from '../../refs';
import { strings } from '../../strings';
import classes from './CatalogTable.module.css';
import { ALL_KINDS } from './search';

type Row = CatalogRowFragment;
type ColumnKey = keyof typeof strings.catalog.columns;

interface Column {
  key: ColumnKey;
  sort?: string;
  /** Hidden when there is little room: 1 goes first. */
  rank?: 1 | 2 | 3;
  cell: (row: Row) => ReactNode;
}

const NAME: Column = { key: 'name', sort: 'name', cell: (row) => <NameCell row={row} /> };
const KIND: Column = { key: 'kind', sort: 'kind', cell: (row) => <KindCell row={row} /> };
const TYPE: Column = { key: 'type', sort: 'type', cell: (row) => row.type };
const OWNER: Column = {
  key: 'owner',
  sort: 'owner',
  cell: (row) =>
    row.owner ? (
      <EntityLink refText={row.owner.ref} label={row.owner.displayName} />
    ) : row.ownerRef ? (
      <span className={classes.dangling} title={strings.entity.danglingHint(row.ownerRef)}>
        {shortRef(row.ownerRef)}
      </span>
    ) : null,
};
const SYSTEM: Column = { key: 'system', rank: 2, cell: (row) => <ParentCell row={row} /> };
const LIFECYCLE: Column = { key: 'lifecycle', sort: 'lifecycle', rank: 3, cell: (row) => <Lifecycle value={row.lifecycle} /> };
const TAGS: Column = { key: 'tags', rank: 1, cell: (row) => <Tags tags={row.tags} max={2} /> };
const UPDATED: Column = { key: 'updated', sort: 'updated', rank: 1, cell: (row) => <TimeText at={row.updatedAt} relative /> };

const COLUMNS: Record<string, Column[]> = {
  [ALL_KINDS]: [NAME, KIND, TYPE, OWNER, LIFECYCLE, TAGS],
  component: [NAME, TYPE, SYSTEM, OWNER, LIFECYCLE, TAGS],
  api: [NAME, TYPE, SYSTEM, OWNER, LIFECYCLE, TAGS],
  resource: [NAME, TYPE, SYSTEM, OWNER, TAGS],
  system: [NAME, { ...SYSTEM, key: 'domain' }, OWNER, TAGS, UPDATED],
  domain: [NAME, OWNER, TAGS, UPDATED],
  group: [NAME, TYPE, TAGS, UPDATED],
  user: [NAME, TAGS, UPDATED],
  location: [NAME, TYPE, UPDATED],
  template: [NAME, TYPE, OWNER, TAGS, UPDATED],
};
const OTHER_KINDS: Column[] = [NAME, TYPE, OWNER, LIFECYCLE, TAGS];

interface Props {
  rows: Row[] | undefined;
  kind: string;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}

export function CatalogTable({ rows, kind, sort, onSort }: Props) {
  const columns = COLUMNS[kind] ?? OTHER_KINDS;
  return (
    <table className={classes.table}>
      <VisuallyHidden component="caption">{strings.catalog.title}</VisuallyHidden>
      <thead>
        <tr>
          {columns.map((column) => (
            <HeadCell key={column.key} column={column} sort={sort} onSort={onSort} />
          ))}
          <th className={classes.star} scope="col">
            <VisuallyHidden>{strings.favourite.column}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows
          ? rows.map((row) => (
              <tr key={row.ref} className={classes.row}>
                {columns.map((column) => (
                  <td key={column.key} className={cellClass(column)}>
                    {column.cell(row)}
                  </td>
                ))}
                <td className={classes.star}>
                  <FavouriteStar size="sm" refText={row.ref} name={row.displayName} favourite={row.isFavourite} />
                </td>
              </tr>
            ))
          : Array.from({ length: 12 }, (_, index) => (
              <tr key={index} className={classes.row} aria-hidden>
                {columns.map((column) => (
                  <td key={column.key} className={cellClass(column)}>
                    <div className={classes.bone} style={{ width: `${85 - ((index * 23) % 40)}%` }} />
                  </td>
                ))}
                <td className={classes.star} />
              </tr>
            ))}
      </tbody>
    </table>
  );
}

function HeadCell({ column, sort, onSort }: { column: Column; sort: string | undefined; onSort: (sort: string | undefined) => void }) {
  const label = strings.catalog.columns[column.key];
  const { sort: key } = column;
  if (!key) {
    return (
      <th scope="col" className={cellClass(column)}>
        {label}
      </th>
    );
  }
  const current = sort ?? 'name';
  const ascending = current === key;
  const descending = current === `-${key}`;
  const next = ascending ? `-${key}` : key === 'name' ? undefined : key;
  return (
    <th
      scope="col"
      className={cellClass(column)}
      aria-sort={ascending ? 'ascending' : descending ? 'descending' : 'none'}
    >
      <UnstyledButton className={classes.sort} onClick={() => onSort(next)}>
        {label}
        {ascending && <ArrowUp size={13} aria-hidden />}
        {descending && <ArrowDown size={13} aria-hidden />}
      </UnstyledButton>
    </th>
  );
}

function cellClass(column: Column): string {
  const rank = column.rank ? (classes[`rank${column.rank}`] ?? '') : '';
  return `${classes[column.key] ?? ''} ${rank}`.trim();
}

function NameCell({ row }: { row: Row }) {
  const says = saysOf(row);
  return (
    <div className={classes.nameCell}>
      <span className={classes.icon}>
        <EntityIcon kind={row.kind} type={row.type} size={17} />
      </span>
      <div className={classes.words}>
        <PageLink
          to="/catalog/$namespace/$kind/$name"
          params={entityParams(row.ref)}
          className={classes.nameLink ?? ''}
          title={row.ref}
        >
          {row.displayName}
        </PageLink>
        {says && (
          <div className={classes.description} title={says}>
            {says}
          </div>
        )}
      </div>
    </div>
  );
}

function KindCell({ row }: { row: Row }) {
  return useKindLabels()(row.kind).one;
}

function ParentCell({ row }: { row: Row }) {
  const parent = 'system' in row ? row.system : 'domain' in row ? row.domain : null;
  return parent ? <EntityLink refText={parent.ref} label={parent.displayName} icon={false} /> : null;
}
