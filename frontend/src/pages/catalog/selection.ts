// Which entities of the list are chosen, over all of its pages: up to a hundred, as many as one change takes.
import { useState, type KeyboardEvent } from 'react';
import { singleKeysOn } from '../../layout/keys';
import type { Row } from './cells';

export const MOST = 100;

export interface Selection {
  rows: Row[];
  has: (ref: string) => boolean;
  /** Chooses a row or takes it back; with `through`, all that lie between it and the one before. */
  toggle: (row: Row, on: boolean, through?: boolean) => void;
  togglePage: (on: boolean) => void;
  clear: () => void;
  /** "x" chooses the row that has the focus, Escape chooses none. */
  press: (event: KeyboardEvent) => void;
}

export function useSelection(page: Row[]): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Row>>(new Map());
  const [last, setLast] = useState<string | null>(null);
  const fresh = new Map(page.map((row) => [row.ref, row]));

  function put(rows: Row[], on: boolean) {
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
    rows: [...chosen.values()].map((row) => fresh.get(row.ref) ?? row),
    has: (ref) => chosen.has(ref),
    toggle: (row, on, through = false) => {
      const [from, to] = [page.findIndex(({ ref }) => ref === last), page.findIndex(({ ref }) => ref === row.ref)];
      put(through && from >= 0 ? page.slice(Math.min(from, to), Math.max(from, to) + 1) : [row], on);
      setLast(row.ref);
    },
    togglePage: (on) => put(page, on),
    clear: () => setChosen(new Map()),
    press,
  };
}
