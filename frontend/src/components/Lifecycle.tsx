// A lifecycle as a quiet word with a dot of its colour.
import classes from './Lifecycle.module.css';

const TONES: Record<string, string> = { production: 'green', experimental: 'amber', deprecated: 'red' };

export function Lifecycle({ value }: { value: string | null | undefined }) {
  if (!value) return null;
  return (
    <span className={classes.lifecycle} data-tone={TONES[value.toLowerCase()] ?? 'grey'}>
      {value}
    </span>
  );
}
