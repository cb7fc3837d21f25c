// Some lines of a log that were drawn once and are drawn again only when they are others.
import { memo } from 'react';
import { formatClock, formatUtc } from '../../format';
import classes from './LogView.module.css';
import type { LogLine } from './useTaskLog';

interface Props {
  lines: LogLine[];
  /** The step of the line before them. */
  before: string | null | undefined;
  names: Record<string, string>;
  /** What is looked for, in small letters. */
  query: string;
}

function Chunk({ lines, before, names, query }: Props) {
  return lines.map((line, index) => (
    <div key={line.id}>
      {line.stepId !== null && line.stepId !== (lines[index - 1]?.stepId ?? (index === 0 ? before : null)) && (
        <div className={classes.step}>{names[line.stepId] ?? line.stepId}</div>
      )}
      <div className={classes.line} data-level={line.level.toLowerCase()}>
        <time dateTime={line.at} title={formatUtc(line.at)}>
          {formatClock(line.at)}
        </time>
        <span>{query === '' ? line.message : marked(line.message, query)}</span>
      </div>
    </div>
  ));
}

function marked(text: string, query: string): React.ReactNode[] {
  const parts: React.ReactNode[] = [];
  const low = text.toLowerCase();
  let from = 0;
  for (let at = low.indexOf(query); at >= 0; at = low.indexOf(query, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + query.length)}</mark>);
    from = at + query.length;
  }
  return [...parts, text.slice(from)];
}

/** Lines are only ever added, so the first and the number of them say whether they are the same. */
const isSame = (last: Props, next: Props) =>
  last.lines.length === next.lines.length &&
  last.lines[0] === next.lines[0] &&
  last.lines.at(-1) === next.lines.at(-1) &&
  last.before === next.before &&
  last.query === next.query;

export const LogChunk = memo(Chunk, isSame);
