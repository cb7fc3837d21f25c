// Text of a file: numbered lines, scrolling sideways, to be copied whole.
import { CopyIcon } from './CopyText';
import classes from './CodeText.module.css';

export function CodeText({ text, numbers: numbered = true }: { text: string; numbers?: boolean }) {
  const lines = text.replace(/\n$/, '').split('\n').length;
  const numbers = Array.from({ length: lines }, (_, index) => index + 1).join('\n');
  return (
    <div className={classes.box}>
      <div className={classes.copy}>
        <CopyIcon text={text} />
      </div>
      <div className={classes.scroll} tabIndex={0}>
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
