// How the panels of a page are asked for: all together, and those that are not ready soon once more, each by itself.
import { useState } from 'react';
import { ApiError } from '../api/client';
import { useOperation, type Reading } from '../api/hooks';
import type { Operation } from '../api/operation';
import { EntityPanels, HomePanels, PluginPagePanels, type PanelPartsFragment, type PanelPlaceFragment } from '../gql/operations';
import type { PanelOn } from './PanelCard';

/** Milliseconds that panels wait for each other. */
const PATIENCE = 400;

export const LAST_TURN = 1_000_000;
let turns = 0;

/** Counts what came later than the rest. */
export function nextTurn(): number {
  turns += 1;
  return turns;
}

type Panels = PanelPartsFragment[] | undefined;

interface Sort {
  /** What the page shows (an entity's ref), and what is like it (its kind): their panels have similar heights. */
  about: string;
  sort: string;
  /** The entity whose page it is. */
  refText?: string;
  on: PanelOn;
  /** What was shown before stays until the new is there. */
  keepPrevious?: boolean;
}

/** A page whose panels are asked for. */
export interface PageOfPanels extends Sort {
  operation: Operation<unknown, unknown>;
  variables: (ids: string[], within: number | null) => unknown;
  panelsOf: (data: unknown) => Panels;
  /** What came of asking for all of them; without it each is asked for by itself. */
  together?: Reading<unknown>;
}

export interface Arrival {
  /** Undefined while it is on its way, null where it has nothing to show. */
  panel: PanelPartsFragment | null | undefined;
  error: Error | null;
  /** It was not ready when the others were. */
  isLate: boolean;
  /** What is shown was asked for before. */
  isStale: boolean;
  retry: () => void;
}

/** What a tab is `given` stands in its address. */
export function pageOfEntity(refText: string, kind: string, given?: Record<string, string>): PageOfPanels {
  const variables = (ids: string[], within: number | null) => ({ ref: refText, ids, given: given ?? null, within });
  return page(EntityPanels, variables, ({ entity }) => entity?.panels, { about: refText, sort: kind, refText, on: { ref: refText }, keepPrevious: given !== undefined });
}

export function homePage(): PageOfPanels {
  return page(HomePanels, (ids, within) => ({ ids, within }), ({ homePanels }) => homePanels, { about: 'home', sort: 'home', on: {} });
}

export function pageOfPlugin(id: string, given: Record<string, string>): PageOfPanels {
  const about = `page ${id}`;
  const variables = (ids: string[], within: number | null) => ({ id, given, ids, within });
  return page(PluginPagePanels, variables, ({ pluginPage }) => pluginPage?.panels, { about, sort: about, on: { page: id, given }, keepPrevious: true });
}

function page<TData, TVariables>(
  operation: Operation<TData, TVariables>,
  variables: (ids: string[], within: number | null) => TVariables,
  panelsOf: (data: TData) => Panels,
  sort: Sort,
): PageOfPanels {
  return { ...sort, operation: operation as Operation<unknown, unknown>, variables, panelsOf: panelsOf as (data: unknown) => Panels };
}

/** Asks for the panels of a page in one request. */
export function useTogether(page: PageOfPanels, places: PanelPlaceFragment[]): PageOfPanels {
  const ids = places.map(({ id }) => id);
  const together = useOperation(page.operation, page.variables(ids, PATIENCE), { enabled: ids.length > 0, keepPrevious: page.keepPrevious ?? false });
  return { ...page, together };
}

/** One panel: what came with the others, and if it was not ready, or nothing came, what came of asking for it alone. */
export function useArrival(page: PageOfPanels, { id }: PanelPlaceFragment): Arrival {
  const first = page.together && readingOf(page, page.together, id);
  const alone = first?.error !== null || first.panel?.pending === true;
  const again = useOperation(page.operation, page.variables([id], null), { enabled: alone, keepPrevious: page.keepPrevious ?? false });
  const arrival = { ...(alone ? readingOf(page, again, id) : first), isLate: first?.panel?.pending === true };
  const [shown, show] = useState(arrival.panel);
  if (arrival.panel !== undefined && arrival.panel !== shown) show(arrival.panel);
  return arrival.panel === undefined && !arrival.error && shown ? { ...arrival, panel: shown, isStale: true } : arrival;
}

function readingOf(page: PageOfPanels, reading: Reading<unknown>, id: string): Omit<Arrival, 'isLate'> {
  const panels = reading.data === undefined ? undefined : (page.panelsOf(reading.data) ?? []);
  const [failed] = reading.fieldErrors;
  const error = failed ? new ApiError('server', `${failed.path}: ${failed.message}`, failed.code) : reading.error;
  const panel = panels && !failed ? (panels.find((one) => one.id === id) ?? null) : undefined;
  return { panel, error, isStale: reading.isStale, retry: reading.refetch };
}
