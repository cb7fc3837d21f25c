// The messages of a webhook, newest first: what became of each, and sending again from one of them.
import { Button } from '@mantine/core';
import { MoreButton, useGrowingList } from '../../components/MoreList';
import { ErrorState, RowsSkeleton } from '../../components/states';
import { TimeText } from '../../components/TimeText';
import { useAct } from '../../components/useAct';
import { ReplayWebhook, WebhookDeliveries, Webhooks, type DeliveryPartsFragment } from '../../gql/operations';
import { words } from './strings';
import classes from './WebhooksPage.module.css';

const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };

export function Deliveries({ webhookId }: { webhookId: string }) {
  const list = useGrowingList(
    WebhookDeliveries,
    { id: webhookId },
    (data) => (data.node && 'deliveries' in data.node ? data.node.deliveries : NONE),
    { pageSize: 20, refetchInterval: 10_000 },
  );
  if (list.error) return <ErrorState error={list.error} retry={list.refetch} />;
  if (list.isPending) {
    return (
      <div className={classes.deliveries}>
        <RowsSkeleton rows={3} />
      </div>
    );
  }
  return (
    <div className={classes.deliveries}>
      {list.nodes.length === 0 && words.noDeliveries}
      {list.nodes.map((delivery) => (
        <div key={delivery.id} className={classes.delivery}>
          <DeliveryLine delivery={delivery} />
          <Again webhookId={webhookId} delivery={delivery} />
        </div>
      ))}
      <MoreButton list={list} />
    </div>
  );
}

export function DeliveryLine({ delivery }: { delivery: DeliveryPartsFragment }) {
  return (
    <div className={classes.line} data-state={delivery.state}>
      <span className={classes.state}>{words.delivery[delivery.state]}</span>
      <TimeText at={delivery.createdAt} relative />
      <span>{words.events(delivery.events)}</span>
      {delivery.attempts > 1 && <span>{words.attempts(delivery.attempts)}</span>}
      {delivery.status !== null && <span>HTTP {delivery.status}</span>}
      {delivery.error && <span className={classes.error}>{delivery.error}</span>}
    </div>
  );
}

function Again({ webhookId, delivery }: { webhookId: string; delivery: DeliveryPartsFragment }) {
  const replay = useAct(
    ReplayWebhook,
    { input: { id: webhookId, cursor: delivery.cursor } },
    (data) => data.replayWebhook.problems,
    words.replayed,
    [Webhooks, WebhookDeliveries],
  );
  return (
    <Button size="compact-xs" variant="default" loading={replay.busy} onClick={() => replay.run()}>
      {words.replay}
    </Button>
  );
}
