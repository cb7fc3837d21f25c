// A large removal that a source asked for and that somebody must look at: which entities, why, yes or no.
import { Alert, Button, Group } from '@mantine/core';
import { ShieldAlert } from 'lucide-react';
import { EntityLink } from '../../components/links';
import { TimeText } from '../../components/TimeText';
import { ApproveRemoval, DismissRemoval, type SourcesQuery } from '../../gql/operations';
import classes from './SourceList.module.css';
import { words } from './strings';
import { useAct } from './useAct';

type Removal = NonNullable<SourcesQuery['locations']['nodes'][number]['pendingRemoval']>;

const SHOWN = 50;

export function HeldRemoval({ locationId, removal }: { locationId: string; removal: Removal }) {
  const approve = useAct(ApproveRemoval, { input: { locationId, count: removal.count } }, (data) => data.approveRemoval.problems, words.approved);
  const dismiss = useAct(DismissRemoval, { input: { locationId } }, (data) => data.dismissRemoval.problems, words.dismissed);
  return (
    <Alert className={classes.held ?? ''} color="orange" variant="light" icon={<ShieldAlert size={18} aria-hidden />} title={words.removal(removal.count, removal.total)}>
      <div>{removal.reason}</div>
      <div className={classes.since}>
        {words.removalSince} <TimeText at={removal.since} relative />
      </div>
      <details className={classes.which}>
        <summary>{words.which}</summary>
        <ul>
          {removal.refs.slice(0, SHOWN).map((ref) => (
            <li key={ref}>
              <EntityLink refText={ref} />
            </li>
          ))}
          {removal.count > SHOWN && <li>{words.andMore(removal.count - SHOWN)}</li>}
        </ul>
      </details>
      <Group gap="xs" mt="xs">
        <Button size="xs" color="red" loading={approve.busy} onClick={() => approve.run()}>
          {words.approve(removal.count)}
        </Button>
        <Button size="xs" variant="default" loading={dismiss.busy} onClick={() => dismiss.run()}>
          {words.dismiss}
        </Button>
      </Group>
    </Alert>
  );
}
