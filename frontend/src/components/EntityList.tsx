// Entities as a compact list: icon, name, what it is.
import type { ReactNode } from 'react';
import type { EntityRowFragment } from '../gql/operations';
import { useKindLabels } from '../layout/useShell';
import { entityParams } from '../refs';
import { EntityIcon } from './EntityIcon';
import classes from './EntityList.module.css';
import { PageLink } from './links';

type Row = EntityRowFragment;

export function EntityList({ rows, withKind = true }: { rows: Row[]; withKind?: boolean }) {
  return (
    <ul className={classes.list}>
      {rows.map((row) => (
        <EntityItem key={row.ref} row={row} withKind={withKind} />
      ))}
    </ul>
  );
}

interface ItemProps {
  row: Row;
  withKind?: boolean;
  aside?: ReactNode;
  /** Below its words, and what can be pressed at the end of its line. */
  below?: ReactNode;
  action?: ReactNode;
}

export function EntityItem({ row, withKind = true, aside, below, action }: ItemProps) {
  const kindLabels = useKindLabels();
  const facts = [withKind ? kindLabels(row.kind).one : null, row.type].filter((fact) => fact).join(' · ');
  return (
    <li className={classes.item}>
      <EntityIcon kind={row.kind} type={row.type} size={16} />
      <div className={classes.words}>
        <PageLink
          to="/catalog/$namespace/$kind/$name"
          params={entityParams(row.ref)}
          className={classes.name ?? ''}
          title={row.ref}
        >
          {row.displayName}
        </PageLink>
        {row.description && (
          <div className={classes.description} title={row.description}>
            {row.description}
          </div>
        )}
        {below}
      </div>
      <span className={classes.facts}>{aside ?? facts}</span>
      {action}
    </li>
  );
}

/** An end that is not in the catalog, named as it was written. */
export function DanglingItem({ refText, hint, action }: { refText: string; hint: string; action?: ReactNode }) {
  return (
    <li className={classes.item}>
      <EntityIcon kind={entityParams(refText).kind} size={16} />
      <span className={classes.dangling} title={hint}>
        {refText}
      </span>
      <span className={classes.facts}>{hint}</span>
      {action}
    </li>
  );
}
