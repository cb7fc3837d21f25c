// Where changes of the catalog are sent: make a webhook, see what became of its messages, stop it.
import { Webhook } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { MakerPage } from '../../components/MakerPage';
import { Webhooks } from '../../gql/operations';
import { NewWebhook } from './NewWebhook';
import { words } from './strings';
import { WebhookRow } from './WebhookRow';
import classes from './WebhooksPage.module.css';

const LOOK_AGAIN = 10_000;

export function WebhooksPage() {
  const answer = useOperation(Webhooks, {}, { again: { every: LOOK_AGAIN, while: ({ webhooks }) => webhooks.length > 0 } });
  const webhooks = answer.data?.webhooks ?? [];
  return (
    <MakerPage
      words={words}
      icon={Webhook}
      answer={answer}
      count={webhooks.length}
      form={(tellSecret) => <NewWebhook onCreated={tellSecret} />}
      list={(tellSecret) => (
        <ul className={classes.list}>
          {webhooks.map((webhook) => (
            <WebhookRow key={webhook.id} webhook={webhook} tellSecret={tellSecret} />
          ))}
        </ul>
      )}
    />
  );
}
