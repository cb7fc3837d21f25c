// What each column of the list shows of an entity.
import type { ReactNode } from 'react';
import { isObject } from '../../api/operation';
import { EntityIcon } from '../../components/EntityIcon';
import { Lifecycle } from '../../components/Lifecycle';
import { EntityLink, PageLink } from '../../components/links';
import { Tags } from '../../components/Tags';
import { TimeText } from '../../components/TimeText';
import type { CatalogRowFragment } from '../../gql/operations';
import { useKindLabels } from '../../layout/useShell';
import { entityParams, saysOf, shortRef } from '../../refs';
import { strings } from '../../strings';
import classes from './CatalogTable.module.css';
import { keyOf, type ColumnKey } from './columns';
import { words } from './strings';

export type Row = CatalogRowFragment;

interface Column {
  sort?: string;
  /** Hidden when there is little room and nobody chose it: 1 goes first. */
  rank?: 1 | 2 | 3;
  /** In pixels, where the table may be wider than its place. */
  width: number;
  cell: (row: Row) => ReactNode;
}

const COLUMNS: Record<ColumnKey, Column> = {
  kind: { width: 110, sort: 'kind', cell: (row) => <KindCell row={row} /> },
  namespace: { width: 120, cell: (row) => row.namespace },
  type: { width: 110, sort: 'type', cell: (row) => row.type },
  system: { width: 170, rank: 2, cell: (row) => <ParentCell row={row} /> },
  owner: { width: 170, sort: 'owner', cell: (row) => <OwnerCell row={row} /> },
  lifecycle: { width: 136, sort: 'lifecycle', rank: 3, cell: (row) => <Lifecycle value={row.lifecycle} /> },
  tags: { width: 190, rank: 1, cell: (row) => <Tags tags={row.tags} max={2} /> },
  description: { width: 260, cell: (row) => <span title={row.description ?? ''}>{row.description}</span> },
  updated: { width: 120, sort: 'updated', rank: 1, cell: (row) => <TimeText at={row.updatedAt} relative /> },
  created: { width: 120, sort: 'created', rank: 1, cell: (row) => <TimeText at={row.createdAt} relative /> },
};

export function columnOf(key: string): Column {
  const keyed = keyOf(key);
  return keyed ? { width: 190, cell: (row) => keyedText(row, ...keyed) } : COLUMNS[key as ColumnKey];
}

/** How a column is headed; a keyed one by the last part of its key. */
export function columnLabel(key: string, kind: string): string {
  const keyed = keyOf(key);
  if (keyed) return keyed[1].split('/').at(-1) ?? keyed[1];
  return key === 'system' && kind === 'system' ? words.columns.domain : words.columns[key as ColumnKey];
}

function keyedText(row: Row, of: 'annotation' | 'label', key: string): ReactNode {
  const values = of === 'annotation' ? row.annotations : row.labels;
  const value = isObject(values) ? values[key] : undefined;
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return <span title={text}>{text}</span>;
}

export function NameCell({ row, describe }: { row: Row; describe: boolean }) {
  const says = describe ? saysOf(row) : null;
  return (
    <div className={classes.nameCell}>
      <span className={classes.icon}>
        <EntityIcon kind={row.kind} type={row.type} size={17} />
      </span>
      <div className={classes.words}>
        <PageLink to="/catalog/$namespace/$kind/$name" params={entityParams(row.ref)} className={classes.nameLink ?? ''} title={row.ref}>
          {row.displayName}
        </PageLink>
        {says && (
          <div className={classes.says} title={says}>
            {says}
          </div>
        )}
      </div>
    </div>
  );
}

function OwnerCell({ row }: { row: Row }) {
  if (row.owner) return <EntityLink refText={row.owner.ref} label={row.owner.displayName} />;
  if (!row.ownerRef) return null;
  return (
    <span className={classes.dangling} title={strings.entity.danglingHint(row.ownerRef)}>
      {shortRef(row.ownerRef)}
    </span>
  );
}

function KindCell({ row }: { row: Row }) {
  return useKindLabels()(row.kind).one;
}

function ParentCell({ row }: { row: Row }) {
  const parent = 'system' in row ? row.system : 'domain' in row ? row.domain : null;
  return parent ? <EntityLink refText={parent.ref} label={parent.displayName} icon={false} /> : null;
}
