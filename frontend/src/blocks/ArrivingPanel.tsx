// A panel on its way: its place is there from the beginning, what it shows comes when it comes.
import { Skeleton } from '@mantine/core';
import { PackageOpen } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Card } from '../components/Card';
import { EmptyState, ErrorState } from '../components/states';
import type { PanelPartsFragment, PanelPlaceFragment } from '../gql/operations';
import { strings } from '../strings';
import { LAST_TURN, nextTurn, useArrival, type Arrival, type PageOfPanels } from './arriving';
import { isHeightKnown, rememberHeight, reservedHeight } from './heights';
import { PanelBody } from './PanelCard';
import { panelWords } from './strings';

interface Place {
  place: PanelPlaceFragment;
  page: PageOfPanels;
}

/**
 * A card that keeps its place; where there turns out to be nothing to show it goes, and is not expected again.
 * What stands below one whose height is not known yet comes with it; those that take their time go to the end, as they come.
 */
export function ArrivingPanel({ place, page }: Place) {
  const { panel, error, isLate, isStale, retry } = useArrival(page, place);
  const [isGuess] = useState(() => !isHeightKnown(place.id, page.about));
  const height = reservedHeight(place.id, page.about, page.sort);
  const measured = useHeight(panel, (now) => rememberHeight(place.id, page.about, page.sort, now));
  const isLast = isGuess && isLate;
  const turn = useTurn(isLast && Boolean(panel));
  if (error) {
    return (
      <Card title={place.title}>
        <ErrorState error={error} retry={retry} />
      </Card>
    );
  }
  if (panel === null) return null;
  const guess = isGuess && !isLate && !panel ? true : undefined;
  if (!panel && height === 0) return guess ? <div data-guess /> : null;
  const common = { 'data-panel': place.id, 'data-wide': place.wide, 'data-guess': guess, 'aria-busy': !panel || isStale };
  const last = isLast ? { order: turn } : {};
  return panel ? (
    <div key="there" ref={measured} style={last} {...common}>
      <Card title={place.title}>
        <Body panel={panel} page={page} />
      </Card>
    </div>
  ) : (
    <div key={isLast ? 'last' : 'expected'} style={{ ...last, minHeight: height }} {...common}>
      <Card title={place.title}>
        <Waiting height={height - HEAD} />
      </Card>
    </div>
  );
}

/** A tab's panel, which has the page to itself; a document brings its own surfaces. */
export function ArrivingTab({ place, page }: Place) {
  const { panel, error, retry }: Arrival = useArrival(page, place);
  if (error) return <ErrorState error={error} retry={retry} />;
  if (panel?.blocks.some((block) => block.__typename === 'DocumentBlock')) return <Body panel={panel} page={page} />;
  return (
    <Card>
      {panel === undefined ? (
        <Waiting height={240} />
      ) : panel === null ? (
        <EmptyState icon={PackageOpen} title={panelWords.nothing(place.title)}>
          {panelWords.nothingHint}
        </EmptyState>
      ) : (
        <Body panel={panel} page={page} />
      )}
    </Card>
  );
}

function Body({ panel, page }: { panel: PanelPartsFragment; page: PageOfPanels }) {
  return <PanelBody panel={panel} on={page.on} {...(page.refText === undefined ? {} : { refText: page.refText })} />;
}

/** Behind those that came before it; what is still expected is behind all. */
function useTurn(isThere: boolean): number {
  const [turn, take] = useState(LAST_TURN);
  if (isThere && turn === LAST_TURN) take(nextTurn());
  return turn;
}

/** What a card has beside its content: heading, paddings, borders. */
const HEAD = 64;

function Waiting({ height }: { height: number }): ReactNode {
  return (
    <div role="status" aria-label={strings.loading}>
      <Skeleton height={Math.max(height, 16)} radius="sm" />
    </div>
  );
}

/** Tells how high a panel is whenever that changes; 0 for one with nothing to show. */
function useHeight(panel: PanelPartsFragment | null | undefined, tell: (height: number) => void) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(tell);
  useLayoutEffect(() => {
    latest.current = tell;
  });
  const there = panel === undefined ? 'waiting' : panel === null ? 'nothing' : 'shown';
  useLayoutEffect(() => {
    if (there === 'nothing') latest.current(0);
    const element = place.current;
    if (there !== 'shown' || !element) return undefined;
    const observer = new ResizeObserver(() => element.offsetHeight > 0 && latest.current(element.offsetHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [there]);
  return place;
}
