// What changes in an entity's document: each value before and after.
import { ArrowRight } from 'lucide-react';
import type { Json } from '../api/operation';
import { strings } from '../strings';
import classes from './FieldChanges.module.css';

/** Objects and lists of more characters are shown when they are asked for. */
const LONG = 160;

export interface FieldChange {
  path: string;
  before: Json;
  after: Json;
}

export function FieldChanges({ changes }: { changes: FieldChange[] }) {
  if (changes.length === 0) return null;
  return (
    <dl className={classes.changes}>
      {changes.map(({ path, before, after }) => (
        <div key={path} data-whole={path === ''}>
          <dt>{path || strings.document}</dt>
          <dd>
            {path !== '' && (
              <>
                <Value value={before} /> <ArrowRight size={12} aria-label="→" />{' '}
              </>
            )}
            <Value value={path === '' ? (after ?? before) : after} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Value({ value }: { value: Json }) {
  if (value === null) return <span className={classes.absent}>{strings.absent}</span>;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (typeof value !== 'object' || text.length <= LONG) return <code className={classes.value}>{text}</code>;
  return (
    <details className={classes.whole}>
      <summary>{strings.whole}</summary>
      <pre className={classes.value} tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  );
}
