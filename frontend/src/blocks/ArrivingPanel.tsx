// A panel that is asked for by itself: its place is there from the beginning, what it shows comes when it comes.
import { Skeleton } from '@mantine/core';
import { PackageOpen } from 'lucide-react';
import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { useOperation, type Reading } from '../api/hooks';
import { Card } from '../components/Card';
import { EmptyState, ErrorState } from '../components/states';
import { EntityPanel, HomePanel, PluginPagePanel, type PanelPartsFragment, type PanelPlaceFragment } from '../gql/operations';
import { strings } from '../strings';
import { rememberHeight, reservedHeight } from './heights';
import { PanelBody } from './PanelCard';
import { panelWords } from './strings';

interface Shown {
  place: PanelPlaceFragment;
  /** Undefined while it is on its way, null where it has nothing to show. */
  panel: PanelPartsFragment | null | undefined;
  reading: Reading<unknown>;
  about: string;
  sort: string;
  refText?: string;
}

interface OfEntity {
  place: PanelPlaceFragment;
  refText: string;
  kind: string;
  tab?: boolean;
  /** What a tab is asked for in its address; what was shown before stays until the new is there. */
  given?: Record<string, string>;
}

export function ArrivingEntityPanel({ place, refText, kind, tab = false, given }: OfEntity) {
  const reading = useOperation(EntityPanel, { ref: refText, ids: [place.id], given: given ?? null }, { keepPrevious: given !== undefined });
  const panel = reading.data && (reading.data.entity?.panels[0] ?? null);
  const shown = { place, panel, reading, about: refText, sort: kind, refText };
  return tab ? <ArrivingTab {...shown} /> : <ArrivingCard {...shown} />;
}

export function ArrivingHomePanel({ place }: { place: PanelPlaceFragment }) {
  const reading = useOperation(HomePanel, { ids: [place.id] });
  const panel = reading.data && (reading.data.homePanels[0] ?? null);
  return <ArrivingCard place={place} panel={panel} reading={reading} about="home" sort="home" />;
}

/** What was shown before what is asked for changed stays until the new is there. */
export function ArrivingPagePanel({ place, page, given }: { place: PanelPlaceFragment; page: string; given: Record<string, string> }) {
  const reading = useOperation(PluginPagePanel, { id: page, given, ids: [place.id] }, { keepPrevious: true });
  const panel = reading.data && (reading.data.pluginPage?.panels[0] ?? null);
  return <ArrivingCard place={place} panel={panel} reading={reading} about={`page ${page}`} sort={`page ${page}`} />;
}

/** A card that keeps its place; where there turns out to be nothing to show it goes, and is not expected again. */
export function ArrivingCard({ place, panel, reading, about, sort, refText }: Shown) {
  const height = reservedHeight(place.id, about, sort);
  const measured = useHeight(panel, (now) => rememberHeight(place.id, about, sort, now));
  if (reading.error) {
    return (
      <Card title={place.title}>
        <ErrorState error={reading.error} retry={reading.refetch} />
      </Card>
    );
  }
  if (panel === null || (panel === undefined && height === 0)) return null;
  return (
    <div ref={measured} {...(panel ? {} : { style: { minHeight: height } })} data-panel={place.id} data-wide={place.wide} aria-busy={!panel || reading.isStale}>
      <Card title={place.title}>{panel ? <PanelBody panel={panel} {...(refText === undefined ? {} : { refText })} /> : <Waiting height={height - HEAD} />}</Card>
    </div>
  );
}

/** A tab's panel, which has the page to itself; a document brings its own surfaces. */
function ArrivingTab({ place, panel, reading, refText }: Shown) {
  if (reading.error) return <ErrorState error={reading.error} retry={reading.refetch} />;
  if (panel?.blocks.some((block) => block.__typename === 'DocumentBlock')) return <PanelBody panel={panel} {...(refText === undefined ? {} : { refText })} />;
  return (
    <Card>
      {panel === undefined ? (
        <Waiting height={240} />
      ) : panel === null ? (
        <EmptyState icon={PackageOpen} title={panelWords.nothing(place.title)}>
          {panelWords.nothingHint}
        </EmptyState>
      ) : (
        <PanelBody panel={panel} {...(refText === undefined ? {} : { refText })} />
      )}
    </Card>
  );
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
