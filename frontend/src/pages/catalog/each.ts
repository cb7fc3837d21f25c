// One thing after the other to every entity that is chosen: how far it came, and who was refused.
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { request } from '../../api/client';
import { explain } from '../../components/states';
import { Catalog, CatalogFacets, EntityPage, Home, RefreshEntity, RemoveEntity, SetFavourite } from '../../gql/operations';
import type { Chosen } from './selection';
import { words } from './strings';

export type EachKey = keyof typeof words.each;

export interface Refused {
  row: Chosen;
  message: string;
}

interface Answered {
  problems: { message: string }[];
}

const ACTS: Record<EachKey, (row: Chosen) => Promise<Answered>> = {
  favour: async ({ ref }) => (await request(SetFavourite, { input: { ref, favourite: true } })).data.setFavourite,
  unfavour: async ({ ref }) => (await request(SetFavourite, { input: { ref, favourite: false } })).data.setFavourite,
  refresh: async ({ ref }) => (await request(RefreshEntity, { input: { ref } })).data.refreshEntity,
  remove: async ({ ref, etag }) => (await request(RemoveEntity, { input: { ref, expectedEtag: etag } })).data.removeEntity,
};

/** Says what was done, and to how many where it was stopped; gives those that were refused to `tell`. */
export function useEach(tell: (act: EachKey, refused: Refused[], tried: number, all: number) => void) {
  const queries = useQueryClient();
  const [at, setAt] = useState<number | null>(null);
  const running = useRef<AbortController>(undefined);

  /** Returns those that it was not done to. */
  async function run(act: EachKey, rows: Chosen[]): Promise<Chosen[]> {
    const refused: Refused[] = [];
    let tried = 0;
    const { signal } = (running.current = new AbortController());
    for (const row of rows) {
      if (signal.aborted) break;
      setAt(tried++);
      try {
        const problem = (await ACTS[act](row)).problems[0];
        if (problem) refused.push({ row, message: problem.message });
      } catch (error) {
        refused.push({ row, message: explain(error as Error).message });
      }
    }
    setAt(null);
    await Promise.all([Catalog, CatalogFacets, EntityPage, Home].map(({ name }) => queries.invalidateQueries({ queryKey: [name] })));
    if (refused.length > 0) tell(act, refused, tried, rows.length);
    else notifications.show({ color: 'green', message: words.didEach(tried, rows.length, words.each[act].done) });
    return [...refused.map(({ row }) => row), ...rows.slice(tried)];
  }

  return { run, at, stop: () => running.current?.abort() };
}
