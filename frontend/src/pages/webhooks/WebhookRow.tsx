// One webhook: where it goes, what of, whether the receiver answers; its messages when they are asked for.
import { ActionIcon, Badge, Collapse, Group, Menu, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { EllipsisVertical } from 'lucide-react';
import { useState } from 'react';
import { isObject } from '../../api/operation';
import { ConfirmDialog } from '../../components/Dialog';
import { useAct } from '../../components/useAct';
import { DeleteWebhook, UpdateWebhook, Webhooks, type EntityEventWhat, type WebhooksQuery } from '../../gql/operations';
import { useKindLabels } from '../../layout/useShell';
import { Deliveries, DeliveryLine } from './Deliveries';
import { words } from './strings';
import classes from './WebhooksPage.module.css';

export type Hook = WebhooksQuery['webhooks'][number];
type Asking = 'secret' | 'remove' | null;

export function WebhookRow({ webhook, tellSecret }: { webhook: Hook; tellSecret: (secret: string) => void }) {
  const [open, deliveries] = useDisclosure(false);
  const limits = useLimits(webhook);
  const last = webhook.deliveries.nodes[0];
  const active = webhook.state === 'ACTIVE';
  return (
    <li className={classes.item} aria-label={webhook.name}>
      <div className={classes.row}>
        <div className={classes.words}>
          <Group gap="xs">
            <span className={classes.name}>{webhook.name}</span>
            <Badge color={active ? 'green' : 'gray'}>{active ? words.active : words.disabled}</Badge>
          </Group>
          <div className={classes.url}>{webhook.url}</div>
          <div className={classes.facts}>
            <span>{words.by(webhook.owner)}</span>
            {limits.length > 0 && <span>{words.only(limits)}</span>}
            {last ? (
              <UnstyledButton className={classes.open} onClick={deliveries.toggle} aria-expanded={open}>
                {words.deliveries}
              </UnstyledButton>
            ) : (
              <span>{words.nothingSent}</span>
            )}
          </div>
          {webhook.reason && webhook.reason !== words.byHand && <div className={classes.error}>{webhook.reason}</div>}
          {last && !open && <DeliveryLine delivery={last} />}
        </div>
        <Actions webhook={webhook} tellSecret={tellSecret} />
      </div>
      <Collapse expanded={open}>{open && <Deliveries webhookId={webhook.id} />}</Collapse>
    </li>
  );
}

function Actions({ webhook, tellSecret }: { webhook: Hook; tellSecret: (secret: string) => void }) {
  const [asking, setAsking] = useState<Asking>(null);
  const active = webhook.state === 'ACTIVE';
  const problems = ({ updateWebhook }: { updateWebhook: { problems: { path: string[]; code: string; message: string }[] } }) => updateWebhook.problems;
  const change = { id: webhook.id, enabled: !active };
  const turn = useAct(UpdateWebhook, { input: change }, problems, active ? words.wasDisabled : words.enabled, [Webhooks]);
  const renew = useAct(UpdateWebhook, { input: { id: webhook.id, newSecret: true } }, problems, null, [Webhooks]);
  const remove = useAct(DeleteWebhook, { input: { id: webhook.id } }, (data) => data.deleteWebhook.problems, words.removed, [Webhooks]);
  const close = () => setAsking(null);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={words.more(webhook.name)} loading={turn.busy}>
            <EllipsisVertical size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => turn.run()}>{active ? words.disable : words.enable}</Menu.Item>
          <Menu.Item onClick={() => setAsking('secret')}>{words.newSecret}</Menu.Item>
          <Menu.Item color="var(--portal-danger)" onClick={() => setAsking('remove')}>
            {words.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === 'secret' && (
        <ConfirmDialog
          title={words.newSecretTitle(webhook.name)}
          label={words.newSecretConfirm}
          busy={renew.busy}
          confirm={() =>
            renew.run((data) => {
              close();
              if (data?.updateWebhook.secret) tellSecret(data.updateWebhook.secret);
            })
          }
          close={close}
        >
          {words.newSecretHint}
        </ConfirmDialog>
      )}
      {asking === 'remove' && (
        <ConfirmDialog title={words.removeTitle(webhook.name)} label={words.removeConfirm} red busy={remove.busy} confirm={() => remove.run(close)} close={close}>
          {words.removeHint}
        </ConfirmDialog>
      )}
    </>
  );
}

/** What it is limited to, in words. */
function useLimits({ filter }: Hook): string[] {
  const labels = useKindLabels();
  const list = (key: string): string[] => {
    const values = isObject(filter) ? filter[key] : null;
    return Array.isArray(values) ? values.map(String) : [];
  };
  const what = list('what').map((one) => words.whats[one.toUpperCase() as EntityEventWhat]);
  return [...list('kinds').map((kind) => labels(kind).many), ...list('namespaces'), ...list('refs'), ...what.map((one) => one.toLowerCase())];
}
