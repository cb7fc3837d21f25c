// What changes in an entity's document: each value before and after.
import { VisuallyHidden } from '@mantine/core';
import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Json } from '../api/operation';
import { strings } from '../strings';
import classes from './FieldChanges.module.css';

/** Objects and lists of more characters are shown when they are asked for. */
const LONG = 160;
/** So are differences of lists with more members. */
const MANY = 12;

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
          <dd>{path === '' ? <Value value={after ?? before} /> : <Change before={before} after={after} />}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What a value was and is; of lists, what was added and removed. */
export function Change({ before, after }: { before: Json; after: Json }) {
  const [had, has] = [membersOf(before), membersOf(after)];
  const removed = had && has ? had.filter((text) => !has.includes(text)) : [];
  const added = had && has ? has.filter((text) => !had.includes(text)) : [];
  if (removed.length + added.length === 0) {
    return (
      <>
        <Value value={before} /> <ArrowRight size={12} aria-label="→" /> <Value value={after} />
      </>
    );
  }
  const members = (
    <ul className={classes.members}>
      {removed.map((text) => (
        <Member key={text} text={text} change="removed" />
      ))}
      {added.map((text) => (
        <Member key={text} text={text} change="added" />
      ))}
    </ul>
  );
  if (removed.length + added.length <= MANY) return members;
  return <Whole summary={strings.changedMembers(added.length, removed.length)}>{members}</Whole>;
}

/** The members of a list as text; of what is not set, none; null where there is something else. */
function membersOf(value: Json): string[] | null {
  if (value === null) return [];
  return Array.isArray(value) ? value.map(textOf) : null;
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
const isWords = (value: Json): value is Json[] => Array.isArray(value) && value.every((member) => typeof member !== 'object');

function Member({ text, change }: { text: string; change?: 'added' | 'removed' }) {
  return (
    <li className={classes.value} data-change={change}>
      {change && (
        <>
          <span aria-hidden>{change === 'added' ? '+ ' : '− '}</span>
          <VisuallyHidden>{strings[change]} </VisuallyHidden>
        </>
      )}
      {text}
    </li>
  );
}

function Whole({ summary, children }: { summary: string; children: ReactNode }) {
  return (
    <details className={classes.whole}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

export function Value({ value }: { value: Json }) {
  if (value === null || (Array.isArray(value) && value.length === 0)) return <span className={classes.absent}>{value ? strings.none : strings.absent}</span>;
  const text = textOf(value);
  if (isWords(value) && value.length <= MANY) {
    return (
      <ul className={classes.members}>
        {value.map((member, index) => (
          <Member key={index} text={textOf(member)} />
        ))}
      </ul>
    );
  }
  if (typeof value !== 'object' || text.length <= LONG) return <code className={classes.value}>{text}</code>;
  return (
    <Whole summary={strings.whole}>
      <pre className={classes.value} tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </Whole>
  );
}
