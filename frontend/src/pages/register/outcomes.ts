// What a preview's rows are sorted and counted by: first what needs somebody, last what stays as it is.
import type { RegisterLocationMutation } from '../../gql/operations';
import { words } from './strings';

export type PreviewRow = RegisterLocationMutation['registerLocation']['preview'][number];
export type Outcome = keyof typeof words.outcomes;

export const OUTCOMES = Object.keys(words.outcomes) as Outcome[];
export const TONES: Record<Outcome, string> = {
  refused: 'red',
  remove: 'red',
  held: 'orange',
  add: 'green',
  change: 'blue',
  unchanged: 'gray',
};

export const outcomeOf = (row: PreviewRow): Outcome => OUTCOMES.find((outcome) => outcome === row.outcome) ?? 'refused';

export function sorted(rows: PreviewRow[]): PreviewRow[] {
  return OUTCOMES.flatMap((outcome) => rows.filter((row) => outcomeOf(row) === outcome));
}

export function counts(rows: PreviewRow[]): Record<Outcome, number> {
  const found = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  for (const row of rows) found[outcomeOf(row)] += 1;
  return found;
}
