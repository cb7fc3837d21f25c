// A sentence of the portal: what it has between backticks is code.
import classes from './Said.module.css';

export function Said({ text }: { text: string }) {
  return text.split(/`([^`\n]+)`/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code key={index} className={classes.code}>
        {part}
      </code>
    ),
  );
}
