// What changes in an entity's document: each value before and after.
import { ArrowRight } from 'lucide-react';
import type { Json } from '../api/operation';
import { strings } from '../strings';
import classes from './FieldChanges.module.css';

export interface FieldChange {
  path: string;
  before: Json;
  after: Json;
}

export function FieldChanges({ changes }: { changes: FieldChange[] }) {
  if (changes.length === 0) return null;
  return (
    <dl className={classes.changes}>
      {changes.map((change) => (
        <div key={change.path}>
          <dt>{change.path}</dt>
          <dd>
            <Value value={change.before} /> <ArrowRight size={12} aria-label="→" /> <Value value={change.after} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Value({ value }: { value: Json }) {
  if (value === null) return <span className={classes.absent}>{strings.absent}</span>;
  return <code className={classes.value}>{typeof value === 'string' ? value : JSON.stringify(value)}</code>;
}
