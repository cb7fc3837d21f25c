// Text of a file: numbered lines, scrolling sideways, to be copied whole.
import { useEffect, useRef, type CSSProperties } from 'react';
import { CopyIcon } from './CopyText';
import classes from './CodeText.module.css';

interface Props {
  text: string;
  numbers?: boolean;
  /** The number of its first line, where it is a part of a file. */
  first?: number;
  /** The line that is marked and in view. */
  marked?: number | undefined;
}

export function CodeText({ text, numbers: numbered = true, first = 1, marked }: Props) {
  const mark = useRef<HTMLDivElement>(null);
  const lines = text.replace(/\n$/, '').split('\n').length;
  const numbers = Array.from({ length: lines }, (_, index) => index + first).join('\n');
  const row = marked === undefined ? -1 : marked - first;
  useEffect(() => mark.current?.scrollIntoView({ block: 'center' }), [row, text]);
  return (
    <div className={classes.box}>
      <div className={classes.copy}>
        <CopyIcon text={text} />
      </div>
      <div className={classes.scroll} tabIndex={0}>
        {row >= 0 && row < lines && <div ref={mark} className={classes.mark} data-marked={marked} style={{ '--row': row } as CSSProperties} />}
        {numbered && (
          <pre className={classes.numbers} aria-hidden>
            {numbers}
          </pre>
        )}
        <pre className={classes.text}>{text}</pre>
      </div>
    </div>
  );
}
