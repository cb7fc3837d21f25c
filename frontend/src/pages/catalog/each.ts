// One thing after the other to every entity that is chosen: how far it came, and who was refused.
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '../../api/client';
import { explain } from '../../components/states';
import { Catalog, CatalogFacets, EntityPage, Home, RefreshEntity, RemoveEntity, SetFavourite } from '../../gql/operations';
import type { Row } from './cells';
import { words } from './strings';

export type EachKey = keyof typeof words.each;

export interface Refused {
  row: Row;
  message: string;
}

interface Answered {
  problems: { message: string }[];
}

const ACTS: Record<EachKey, (row: Row) => Promise<Answered>> = {
  favour: async ({ ref }) => (await request(SetFavourite, { input: { ref, favourite: true } })).data.setFavourite,
  unfavour: async ({ ref }) => (await request(SetFavourite, { input: { ref, favourite: false } })).data.setFavourite,
  refresh: async ({ ref }) => (await request(RefreshEntity, { input: { ref } })).data.refreshEntity,
  remove: async ({ ref, etag }) => (await request(RemoveEntity, { input: { ref, expectedEtag: etag } })).data.removeEntity,
};

/** Says what was done; gives those that were refused to `tell`. */
export function useEach(tell: (act: EachKey, refused: Refused[], all: number) => void) {
  const queries = useQueryClient();
  const [at, setAt] = useState<number | null>(null);

  async function run(act: EachKey, rows: Row[]): Promise<void> {
    const refused: Refused[] = [];
    for (const [index, row] of rows.entries()) {
      setAt(index);
      try {
        const problem = (await ACTS[act](row)).problems[0];
        if (problem) refused.push({ row, message: problem.message });
      } catch (error) {
        refused.push({ row, message: explain(error as Error).message });
      }
    }
    setAt(null);
    await Promise.all([Catalog, CatalogFacets, EntityPage, Home].map(({ name }) => queries.invalidateQueries({ queryKey: [name] })));
    if (refused.length > 0) tell(act, refused, rows.length);
    else notifications.show({ color: 'green', message: words.didEach(rows.length, words.each[act].done) });
  }

  return { run, at };
}
