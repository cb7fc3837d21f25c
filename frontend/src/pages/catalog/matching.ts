// Choosing all that match what the list shows, not only the page: they are read a hundred at a time.
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { request, type Answer } from '../../api/client';
import { explain } from '../../components/states';
import { CatalogMatches, type CatalogMatchesQuery } from '../../gql/operations';
import { HUNDRED } from './hundreds';
import { variablesOf, type CatalogSearch } from './search';
import { MOST, type Chosen, type Selection } from './selection';

interface Matching {
  /** How many are read, while they are. */
  read: number | null;
  /** All that match are chosen, or as many as can be. */
  done: boolean;
  choose: () => void;
  stop: () => void;
}

export function useMatching(search: CatalogSearch, selection: Selection): Matching {
  const { filter, search: text, orderBy } = variablesOf(search);
  const asked = JSON.stringify([filter, text]);
  const [read, setRead] = useState<number | null>(null);
  const [matched, setMatched] = useState<{ asked: string; refs: string[] }>({ asked: '', refs: [] });
  const reading = useRef<AbortController>(undefined);
  const stop = () => reading.current?.abort();
  useEffect(() => () => reading.current?.abort(), [asked]); // what was asked is no longer what is shown

  async function all(signal: AbortSignal): Promise<Chosen[]> {
    const rows: Chosen[] = [];
    let after: string | null = null;
    do {
      setRead(rows.length);
      const answer: Answer<CatalogMatchesQuery> = await request(CatalogMatches, { filter, search: text, orderBy, first: HUNDRED, after }, signal);
      const { entities } = answer.data;
      rows.push(...entities.nodes);
      after = entities.pageInfo.hasNextPage ? entities.pageInfo.endCursor : null;
    } while (after !== null && rows.length < MOST);
    return rows;
  }

  function choose() {
    const { signal } = (reading.current = new AbortController());
    all(signal)
      .then((rows) => {
        selection.replace(rows);
        setMatched({ asked, refs: rows.map(({ ref }) => ref) });
      })
      .catch((error: unknown) => {
        if (!signal.aborted) notifications.show({ color: 'red', ...explain(error as Error) });
      })
      .finally(() => setRead(null));
  }

  return { read, done: matched.asked === asked && matched.refs.length > 0 && matched.refs.every(selection.has), choose, stop };
}
