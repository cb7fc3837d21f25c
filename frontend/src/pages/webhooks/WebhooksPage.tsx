// Where changes of the catalog are sent: make a webhook, see what became of its messages, stop it.
import { Alert, Stack, Text } from '@mantine/core';
import { Webhook } from 'lucide-react';
import { useState } from 'react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { CopyText } from '../../components/CopyText';
import { PageHeader } from '../../components/PageHeader';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { Webhooks } from '../../gql/operations';
import { strings } from '../../strings';
import { NewWebhook } from './NewWebhook';
import { words } from './strings';
import { WebhookRow } from './WebhookRow';
import classes from './WebhooksPage.module.css';

const LOOK_AGAIN = 10_000;

export function WebhooksPage() {
  const answer = useOperation(Webhooks, {}, { again: { every: LOOK_AGAIN, while: ({ webhooks }) => webhooks.length > 0 } });
  const [secret, setSecret] = useState<string | null>(null);
  const webhooks = answer.data?.webhooks ?? [];

  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      <Stack gap="lg" maw={920}>
        <Card title={words.new}>
          <NewWebhook onCreated={setSecret} />
        </Card>
        {secret && (
          <Alert color="green" variant="light" title={words.secretTitle} withCloseButton closeButtonLabel={strings.close} onClose={() => setSecret(null)}>
            <Stack gap="xs">
              <Text size="sm">{words.secretHint}</Text>
              <CopyText text={secret} />
            </Stack>
          </Alert>
        )}
        {answer.error ? (
          <ErrorState error={answer.error} retry={answer.refetch} />
        ) : (
          <Card flush={webhooks.length > 0} title={words.list}>
            {answer.isPending ? (
              <RowsSkeleton rows={3} />
            ) : webhooks.length === 0 ? (
              <EmptyState icon={Webhook} title={words.none}>
                {words.noneHint}
              </EmptyState>
            ) : (
              <ul className={classes.list}>
                {webhooks.map((webhook) => (
                  <WebhookRow key={webhook.id} webhook={webhook} tellSecret={setSecret} />
                ))}
              </ul>
            )}
          </Card>
        )}
      </Stack>
    </>
  );
}
