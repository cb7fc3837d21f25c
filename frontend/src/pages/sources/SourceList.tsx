// One line for each source: its state, what its last run did; below it, when asked for, its runs and its problems.
import { ActionIcon, Collapse, Group, Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { EllipsisVertical, MapPin, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { Card } from '../../components/Card';
import { ConfirmDialog } from '../../components/Dialog';
import { PageLink } from '../../components/links';
import { MoreButton, useGrowingList } from '../../components/MoreList';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { TimeText } from '../../components/TimeText';
import { formatNumber } from '../../format';
import { useShell } from '../../layout/useShell';
import { RefreshSource, Sources, UnregisterLocation, type SourcesQuery } from '../../gql/operations';
import { Said } from '../../components/Said';
import { HeldRemoval } from './HeldRemoval';
import { TrustDialog } from './TrustDialog';
import { RunLine, Runs } from './Runs';
import classes from './SourceList.module.css';
import { words } from './strings';
import { useAct } from './useAct';

export type Source = SourcesQuery['locations']['nodes'][number];

const REFRESH = 15_000;

export function SourceList() {
  const list = useGrowingList(Sources, {}, (data) => data.locations, { refetchInterval: REFRESH });
  if (list.error) return <ErrorState error={list.error} retry={list.refetch} />;
  const sources = [...list.nodes].sort((a, b) => urgency(a) - urgency(b));
  return (
    <Card flush title={words.list} count={list.isPending ? undefined : formatNumber(list.totalCount)}>
      {list.isPending ? (
        <div className={classes.loading}>
          <RowsSkeleton rows={5} height={34} />
        </div>
      ) : sources.length === 0 ? (
        <EmptyState icon={MapPin} title={words.none}>
          {words.noneHint}
        </EmptyState>
      ) : (
        <ul className={classes.list}>
          {sources.map((source) => (
            <SourceRow key={source.id} source={source} />
          ))}
        </ul>
      )}
      <MoreButton list={list} />
    </Card>
  );
}

const urgency = (source: Source): number => ['WAITING', 'FAILING', 'STALE'].indexOf(source.state) + (source.state === 'OK' || source.state === 'RUNNING' ? 9 : 0);

function SourceRow({ source }: { source: Source }) {
  const [runsOpen, runs] = useDisclosure(false);
  const last = source.last.nodes[0];
  const troubled = source.state === 'OK' && source.problems.length > 0;
  return (
    <li className={classes.item}>
      <div className={classes.row}>
        <Tooltip label={troubled ? words.withProblems : words.states[source.state]}>
          <span className={classes.dot} data-state={troubled ? 'STALE' : source.state} role="img" aria-label={troubled ? words.withProblems : words.states[source.state]} />
        </Tooltip>
        <div className={classes.words}>
          <div className={classes.target}>{source.target.startsWith(`${source.type}:`) ? source.target : `${source.type}:${source.target}`}</div>
          <div className={classes.facts}>
            <span>{words.entities(source.entityCount)}</span>
            <span>
              {source.lastSuccessAt ? (
                <>
                  {words.read} <TimeText at={source.lastSuccessAt} relative />
                </>
              ) : (
                words.neverRead
              )}
            </span>
            {source.nextAttemptAt && (
              <span>
                {words.next} <TimeText at={source.nextAttemptAt} relative />
              </span>
            )}
            {source.registeredBy && <span>{words.by(source.registeredBy)}</span>}
            {source.trusted && <span title={words.trustedHint}>{words.trusted}</span>}
            {source.problems.length > 0 && (
              <PageLink to="/problems" search={{ location: source.id }} className={classes.problems ?? ''}>
                {words.problems(source.problems.length)}
              </PageLink>
            )}
            {last && (
              <UnstyledButton className={classes.runs} onClick={runs.toggle} aria-expanded={runsOpen}>
                {words.runs}
              </UnstyledButton>
            )}
          </div>
          {last && !runsOpen && <RunLine run={last} />}
          {source.lastError && source.lastError !== last?.error && (
            <div className={classes.error}>
              <Said text={source.lastError} />
            </div>
          )}
        </div>
        <Actions source={source} />
      </div>
      {source.pendingRemoval && <HeldRemoval locationId={source.id} removal={source.pendingRemoval} />}
      <Collapse expanded={runsOpen}>{runsOpen && <Runs locationId={source.id} />}</Collapse>
    </li>
  );
}

function Actions({ source }: { source: Source }) {
  const [leaving, setLeaving] = useState(false);
  const [trusting, setTrusting] = useState(false);
  const mayTrust = useShell()?.viewer.isAdmin;
  const refresh = useAct(RefreshSource, { input: { locationId: source.id } }, (data) => data.refreshLocation.problems, words.refreshed);
  return (
    <Group gap={4} wrap="nowrap">
      <Tooltip label={words.refresh}>
        <ActionIcon variant="subtle" color="gray" aria-label={`${words.refresh}: ${source.title}`} loading={refresh.busy} onClick={() => refresh.run()}>
          <RefreshCw size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={words.more(source.title)}>
            <EllipsisVertical size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayTrust && <Menu.Item onClick={() => setTrusting(true)}>{source.trusted ? words.withdraw : words.trust}</Menu.Item>}
          <Menu.Item color="var(--portal-danger)" onClick={() => setLeaving(true)}>
            {words.unregister}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {trusting && <TrustDialog source={source} close={() => setTrusting(false)} />}
      {leaving && <UnregisterDialog source={source} close={() => setLeaving(false)} />}
    </Group>
  );
}

function UnregisterDialog({ source, close }: { source: Source; close: () => void }) {
  const unregister = useAct(UnregisterLocation, { input: { id: source.id } }, (data) => data.unregisterLocation.problems, words.approved);
  return (
    <ConfirmDialog title={words.unregisterTitle} label={words.unregisterConfirm} red busy={unregister.busy} confirm={() => unregister.run(close)} close={close}>
      {words.unregisterHint(source.target, source.entityCount)}
    </ConfirmDialog>
  );
}
