// The relations of an entity, one card per type; a hub is read type by type.
import { Button, Center } from '@mantine/core';
import { useState } from 'react';
import { Card } from '../../components/Card';
import { DanglingItem, EntityItem } from '../../components/EntityList';
import listClasses from '../../components/EntityList.module.css';
import { PageLink } from '../../components/links';
import { MoreButton, useGrowingList } from '../../components/MoreList';
import { formatNumber } from '../../format';
import { EntityRelations, type RelationRowFragment } from '../../gql/operations';
import { strings } from '../../strings';
import { RelationAttributes, RelationOrigin } from './RelationOrigin';
import { relationsWords } from './strings';
import classes from './EntityPage.module.css';
import type { PageEntity } from './tabs';

const SHOWN = 8;
const ORDER = [
  'hasMember', 'memberOf', 'parentOf', 'childOf', 'hasPart', 'ownerOf', 'providesApi', 'apiProvidedBy', 'consumesApi',
  'apiConsumedBy', 'dependsOn', 'dependencyOf',
];
const rank = (type: string) => (ORDER.includes(type) ? ORDER.indexOf(type) : ORDER.length);

export function Relations({ entity, without }: { entity: PageEntity; without: string[] }) {
  const { nodes, pageInfo } = entity.relations;
  if (pageInfo.hasNextPage) {
    const known = [...new Set([...ORDER, ...nodes.map((node) => node.type)])].filter((type) => !without.includes(type));
    return (
      <div className={classes.relations}>
        {known.map((type) => (
          <PagedGroup key={type} refText={entity.ref} type={type} />
        ))}
      </div>
    );
  }
  const groups = new Map<string, RelationRowFragment[]>();
  for (const node of nodes) {
    if (!without.includes(node.type)) groups.set(node.type, [...(groups.get(node.type) ?? []), node]);
  }
  if (groups.size === 0) return null;
  return (
    <div className={classes.relations}>
      {[...groups]
        .sort(([a], [b]) => rank(a) - rank(b))
        .map(([type, rows]) => (
          <WholeGroup key={type} refText={entity.ref} type={type} rows={rows} />
        ))}
    </div>
  );
}

function titleOf(type: string): string {
  const known: Record<string, string | undefined> = relationsWords;
  const words = type.replace(/([A-Z])/g, ' $1').toLowerCase();
  return known[type] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** All of the type are here; the first few are shown. */
function WholeGroup({ refText, type, rows }: { refText: string; type: string; rows: RelationRowFragment[] }) {
  const [open, setOpen] = useState(false);
  const shown = open ? rows : rows.slice(0, SHOWN);
  return (
    <Card flush title={titleOf(type)} count={formatNumber(rows.length)} actions={<CatalogLink refText={refText} type={type} />}>
      <Rows refText={refText} rows={shown} />
      {rows.length > SHOWN && (
        <Center pb="sm">
          <Button variant="default" size="xs" onClick={() => setOpen(!open)} aria-expanded={open}>
            {open ? strings.less : strings.relationsMore(rows.length - SHOWN)}
          </Button>
        </Center>
      )}
    </Card>
  );
}

function PagedGroup({ refText, type }: { refText: string; type: string }) {
  const list = useGrowingList(
    EntityRelations,
    { ref: refText, type },
    (data) => data.entity?.relations ?? { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 },
    { pageSize: 20 },
  );
  if (list.nodes.length === 0) return null;
  return (
    <Card flush title={titleOf(type)} count={formatNumber(list.totalCount)} actions={<CatalogLink refText={refText} type={type} />}>
      <Rows refText={refText} rows={list.nodes} />
      <MoreButton list={list} />
    </Card>
  );
}

/** What a group or user owns can be looked at in the catalog, with its filters. */
function CatalogLink({ refText, type }: { refText: string; type: string }) {
  if (type !== 'ownerOf') return null;
  return (
    <PageLink small to="/catalog" search={{ kind: 'all', owner: [refText] }}>
      {strings.entity.inCatalog}
    </PageLink>
  );
}

function Rows({ refText, rows }: { refText: string; rows: RelationRowFragment[] }) {
  return (
    <ul className={listClasses.list}>
      {rows.map((row) => {
        const origin = <RelationOrigin refText={refText} relation={row} />;
        return row.entity ? (
          <EntityItem key={row.targetRef} row={row.entity} below={<RelationAttributes relation={row} />} action={origin} />
        ) : (
          <DanglingItem key={row.targetRef} refText={row.targetRef} hint={strings.entity.dangling} action={origin} />
        );
      })}
    </ul>
  );
}
