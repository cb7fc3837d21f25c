// Which entities of the list are chosen, over all of its pages.
import { useState, type KeyboardEvent } from 'react';
import { singleKeysOn } from '../../layout/keys';
import type { ChosenEntityFragment } from '../../gql/operations';

/** What the browser reads and changes in a minute or two, a hundred at a time. */
export const MOST = 5000;

export type Chosen = ChosenEntityFragment;

export interface Selection {
  rows: Chosen[];
  has: (ref: string) => boolean;
  /** Chooses a row or takes it back; with `through`, all that lie between it and the one before. */
  toggle: (row: Chosen, on: boolean, through?: boolean) => void;
  togglePage: (on: boolean) => void;
  /** These, and no others. */
  replace: (rows: Chosen[]) => void;
  clear: () => void;
  /** "x" chooses the row that has the focus, Escape chooses none. */
  press: (event: KeyboardEvent) => void;
}

export function useSelection(page: Chosen[]): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Chosen>>(new Map());
  const [last, setLast] = useState<string | null>(null);

  function put(rows: Chosen[], on: boolean) {
    const next = new Map(chosen);
    for (const row of rows) {
      if (!on) next.delete(row.ref);
      else if (next.size < MOST) next.set(row.ref, row);
    }
    setChosen(next);
  }

  function press(event: KeyboardEvent) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
    if (event.key === 'Escape' && chosen.size > 0) setChosen(new Map());
    const row = page.find(({ ref }) => ref === (event.target as HTMLElement).closest<HTMLElement>('[data-ref]')?.dataset.ref);
    if (event.key === 'x' && row && singleKeysOn()) put([row], !chosen.has(row.ref));
  }

  return {
    rows: [...chosen.values()],
    has: (ref) => chosen.has(ref),
    toggle: (row, on, through = false) => {
      const [from, to] = [page.findIndex(({ ref }) => ref === last), page.findIndex(({ ref }) => ref === row.ref)];
      put(through && from >= 0 ? page.slice(Math.min(from, to), Math.max(from, to) + 1) : [row], on);
      setLast(row.ref);
    },
    togglePage: (on) => put(page, on),
    replace: (rows) => setChosen(new Map(rows.slice(0, MOST).map((row) => [row.ref, row]))),
    clear: () => setChosen(new Map()),
    press,
  };
}
