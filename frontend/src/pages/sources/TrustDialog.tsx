// Asks before a source may define every kind, or no longer.
import { ConfirmDialog } from '../../components/Dialog';
import { TrustLocation } from '../../gql/operations';
import type { Source } from './SourceList';
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
    <ConfirmDialog
      title={trusted ? words.withdrawTitle : words.trustTitle}
      label={trusted ? words.withdrawConfirm : words.trustConfirm}
      red={trusted}
      busy={act.busy}
      confirm={() => act.run(close)}
      close={close}
    >
      {trusted ? words.withdrawExplain(source.target) : words.trustExplain(source.target)}
    </ConfirmDialog>
  );
}
