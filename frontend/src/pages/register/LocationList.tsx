// Every registered location: how its last reading went, what it brought, and taking it away again.
import { Button, Collapse, Group, Modal, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { MapPin } from 'lucide-react';
import { useState } from 'react';
import { useOperationMutation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { MoreButton, useGrowingList } from '../../components/MoreList';
import { ProblemList } from '../../components/ProblemList';
import { EmptyState, ErrorState, explain, RowsSkeleton } from '../../components/states';
import { TimeText } from '../../components/TimeText';
import { formatNumber } from '../../format';
import { Catalog, Locations, Problems, UnregisterLocation, type LocationsQuery } from '../../gql/operations';
import { strings } from '../../strings';
import { locationsWords } from './strings';
import classes from './LocationList.module.css';

type Location = LocationsQuery['locations']['nodes'][number];

export function LocationList() {
  const list = useGrowingList(Locations, {}, (data) => data.locations);
  const [leaving, setLeaving] = useState<Location | null>(null);
  if (list.error) return <ErrorState error={list.error} retry={list.refetch} />;
  return (
    <Card flush title={locationsWords.title} count={list.isPending ? undefined : formatNumber(list.totalCount)}>
      {list.isPending ? (
        <div className={classes.loading}>
          <RowsSkeleton rows={4} />
        </div>
      ) : list.nodes.length === 0 ? (
        <EmptyState icon={MapPin} title={locationsWords.none}>
          {locationsWords.noneHint}
        </EmptyState>
      ) : (
        <ul className={classes.list}>
          {list.nodes.map((location) => (
            <LocationRow key={location.id} location={location} leave={() => setLeaving(location)} />
          ))}
        </ul>
      )}
      <MoreButton list={list} />
      <UnregisterDialog location={leaving} close={() => setLeaving(null)} />
    </Card>
  );
}

function LocationRow({ location, leave }: { location: Location; leave: () => void }) {
  const [open, { toggle }] = useDisclosure(false);
  const tone = location.lastError ? 'error' : location.problems.length > 0 ? 'warning' : location.lastSuccessAt ? 'ok' : 'unknown';
  return (
    <li className={classes.item}>
      <div className={classes.row}>
        <span className={classes.dot} data-tone={tone} role="img" aria-label={locationsWords.tones[tone]} />
        <div className={classes.words}>
          <div className={classes.target} title={location.target}>
            {location.target.startsWith(`${location.type}:`) ? location.target : `${location.type}:${location.target}`}
          </div>
          <div className={classes.facts}>
            <span>{locationsWords.entities(location.entityCount)}</span>
            <span>
              {location.lastSuccessAt ? (
                <>
                  {locationsWords.read} <TimeText at={location.lastSuccessAt} relative />
                </>
              ) : (
                locationsWords.neverRead
              )}
            </span>
            {location.registeredBy && <span>{locationsWords.by(location.registeredBy)}</span>}
            {location.problems.length > 0 && (
              <UnstyledButton className={classes.problems} onClick={toggle} aria-expanded={open}>
                {locationsWords.problems(location.problems.length)}
              </UnstyledButton>
            )}
          </div>
          {location.lastError && <div className={classes.error}>{location.lastError}</div>}
        </div>
        <Button size="compact-sm" variant="subtle" color="red" onClick={leave}>
          {locationsWords.unregister}
        </Button>
      </div>
      <Collapse expanded={open}>
        <ProblemList problems={location.problems} />
      </Collapse>
    </li>
  );
}

function UnregisterDialog({ location, close }: { location: Location | null; close: () => void }) {
  const unregister = useOperationMutation(UnregisterLocation, [Locations, Problems, Catalog]);
  function confirm(id: string) {
    unregister.mutate(
      { input: { id } },
      {
        onSuccess: ({ unregisterLocation }) => {
          const problem = unregisterLocation.problems[0];
          if (problem) notifications.show({ color: 'red', title: locationsWords.notDone, message: problem.message });
        },
        onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
        onSettled: close,
      },
    );
  }
  return (
    <Modal opened={location !== null} onClose={close} title={locationsWords.unregisterTitle} centered>
      <Text size="sm" className={classes.wrap}>
        {locationsWords.unregisterHint(location?.target ?? '', location?.entityCount ?? 0)}
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close}>
          {strings.cancel}
        </Button>
        <Button color="red" loading={unregister.isPending} onClick={() => location && confirm(location.id)}>
          {locationsWords.unregister}
        </Button>
      </Group>
    </Modal>
  );
}
