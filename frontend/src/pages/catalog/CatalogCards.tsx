// The list on a phone: one card an entity, the whole card leads to it.
import { Skeleton, Stack } from '@mantine/core';
import { EntityIcon } from '../../components/EntityIcon';
import { FavouriteStar } from '../../components/FavouriteStar';
import { PageLink } from '../../components/links';
import type { CatalogRowFragment } from '../../gql/operations';
import { useKindLabels } from '../../layout/useShell';
import { entityParams, saysOf, shortRef } from '../../refs';
import classes from './CatalogCards.module.css';
import { RowTick } from './CatalogTable';
import type { Selection } from './selection';

interface Props {
  rows: CatalogRowFragment[] | undefined;
  /** Where some are being chosen. */
  selection: Selection | undefined;
}

export function CatalogCards({ rows, selection }: Props) {
  const kindLabels = useKindLabels();
  if (!rows) {
    return (
      <Stack gap={0} aria-hidden>
        {Array.from({ length: 8 }, (_, index) => (
          <div key={index} className={classes.card}>
            <Skeleton height={14} width={`${70 - (index % 3) * 12}%`} />
            <Skeleton height={10} mt={10} width="90%" />
          </div>
        ))}
      </Stack>
    );
  }
  return (
    <ul className={classes.list}>
      {rows.map((row) => (
        <li key={row.ref} className={classes.card} data-chosen={selection?.has(row.ref) ? true : undefined}>
          <div className={classes.head}>
            {selection ? (
              <span className={classes.tick}>
                <RowTick row={row} selection={selection} />
              </span>
            ) : (
              <EntityIcon kind={row.kind} type={row.type} size={17} />
            )}
            <PageLink to="/catalog/$namespace/$kind/$name" params={entityParams(row.ref)} className={classes.name ?? ''}>
              {row.displayName}
            </PageLink>
            <span className={classes.star}>
              <FavouriteStar size="sm" refText={row.ref} name={row.displayName} favourite={row.isFavourite} />
            </span>
          </div>
          {saysOf(row) && <div className={classes.description}>{saysOf(row)}</div>}
          <div className={classes.facts}>
            {[row.type ?? kindLabels(row.kind).one, row.owner?.displayName ?? (row.ownerRef && shortRef(row.ownerRef)), row.lifecycle]
              .filter((fact) => fact)
              .join(' · ')}
          </div>
        </li>
      ))}
    </ul>
  );
}
