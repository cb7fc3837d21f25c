// What happened to an entity and its relations, newest first; events of one moment stand together.
import { Text } from '@mantine/core';
import { CirclePlus, History, Link2, Link2Off, PencilLine, Trash2, Undo2, Unlink, type LucideIcon } from 'lucide-react';
import { Card } from '../../components/Card';
import { FieldChanges } from '../../components/FieldChanges';
import { EntityLink } from '../../components/links';
import { MoreButton, useGrowingList } from '../../components/MoreList';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { TimeText } from '../../components/TimeText';
import { formatNumber } from '../../format';
import { EntityHistory, type EntityEventWhat, type EntityHistoryQuery } from '../../gql/operations';
import classes from './HistoryTab.module.css';
import { historyWords as words, relationsWords } from './strings';

type Event = EntityHistoryQuery['entityHistory']['nodes'][number];

const ICONS: Record<EntityEventWhat, LucideIcon> = {
  CREATED: CirclePlus,
  CHANGED: PencilLine,
  DELETED: Trash2,
  RESTORED: Undo2,
  RENAMED: PencilLine,
  ORPHANED: Unlink,
  ADOPTED: Link2,
  RELATED: Link2,
  UNRELATED: Link2Off,
};

export function HistoryTab({ refText }: { refText: string }) {
  const list = useGrowingList(EntityHistory, { ref: refText }, (data) => data.entityHistory);
  if (list.error) return <ErrorState error={list.error} retry={list.refetch} />;
  return (
    <Card flush title={words.title} count={list.isPending ? undefined : formatNumber(list.totalCount)}>
      {list.isPending ? (
        <div className={classes.loading}>
          <RowsSkeleton rows={6} />
        </div>
      ) : list.nodes.length === 0 ? (
        <EmptyState icon={History} title={words.none}>
          {words.noneHint}
        </EmptyState>
      ) : (
        <ol className={classes.moments}>
          {moments(list.nodes).map((events) => (
            <Moment key={events[0].id} events={events} refText={refText} />
          ))}
        </ol>
      )}
      <MoreButton list={list} />
    </Card>
  );
}

function moments(events: Event[]): [Event, ...Event[]][] {
  const groups: [Event, ...Event[]][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last?.[0].at === event.at && last[0].actor === event.actor && last[0].cause === event.cause) last.push(event);
    else groups.push([event]);
  }
  return groups;
}

function Moment({ events, refText }: { events: [Event, ...Event[]]; refText: string }) {
  const [{ at, actor, cause, source }] = events;
  return (
    <li className={classes.moment}>
      <div className={classes.when}>
        <TimeText at={at} relative />
        <span>{[words.causes[cause] ?? cause, actor && words.by(actor)].filter((part) => part).join(', ')}</span>
        {source && <code>{source}</code>}
      </div>
      <ul className={classes.events}>
        {events.map((event) => (
          <EventLine key={event.id} event={event} refText={refText} />
        ))}
      </ul>
    </li>
  );
}

/** A relation that another entity declares says whose it is. */
function EventLine({ event, refText }: { event: Event; refText: string }) {
  const Icon = ICONS[event.what];
  const relations: Record<string, string | undefined> = relationsWords;
  return (
    <li className={classes.event}>
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      <div className={classes.words}>
        <span>{words.what[event.what]}</span>
        {event.formerRef && <Text span c="dimmed" size="sm"> {words.formerly(event.formerRef)}</Text>}
        {event.relation && (
          <span className={classes.relation}>
            {event.relation.targetRef === refText && event.ref !== refText && <EntityLink refText={event.ref} />}
            {relations[event.relation.type] ?? event.relation.type}
            <EntityLink refText={event.relation.targetRef} />
          </span>
        )}
        <FieldChanges changes={event.changes} />
      </div>
    </li>
  );
}
