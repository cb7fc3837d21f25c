// Asks before a source may define every kind, or no longer.
import { Button, Group, Modal, Text } from '@mantine/core';
import { TrustLocation } from '../../gql/operations';
import { strings } from '../../strings';
import type { Source } from './SourceList';
import classes from './SourceList.module.css';
import { words } from './strings';
import { useAct } from './useAct';

export function TrustDialog({ source, close }: { source: Source; close: () => void }) {
  const { trusted } = source;
  const act = useAct(
    TrustLocation,
    { input: { locationId: source.id, trusted: !trusted } },
    (data) => data.trustLocation.problems,
    trusted ? words.trustTaken : words.trustGiven,
  );
  return (
    <Modal opened onClose={close} title={trusted ? words.withdrawTitle : words.trustTitle} centered>
      <Text size="sm" className={classes.wrap}>
        {trusted ? words.withdrawExplain(source.target) : words.trustExplain(source.target)}
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close}>
          {strings.cancel}
        </Button>
        <Button color={trusted ? 'red' : undefined} loading={act.busy} onClick={() => act.run(close)}>
          {trusted ? words.withdrawConfirm : words.trustConfirm}
        </Button>
      </Group>
    </Modal>
  );
}
