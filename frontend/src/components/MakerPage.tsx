// A page where one makes what comes with a secret: the form, the secret that is shown once, the list of what there is.
import { Alert, Stack, Text } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Reading } from '../api/hooks';
import { strings } from '../strings';
import { Card } from './Card';
import { CopyText } from './CopyText';
import { PageHeader } from './PageHeader';
import { EmptyState, ErrorState, RowsSkeleton } from './states';

interface Props {
  words: Record<'title' | 'description' | 'new' | 'list' | 'none' | 'noneHint' | 'secretTitle' | 'secretHint', string>;
  icon: LucideIcon;
  answer: Pick<Reading<unknown>, 'error' | 'isPending' | 'refetch'>;
  count: number;
  form: (tellSecret: (secret: string) => void) => ReactNode;
  list: (tellSecret: (secret: string) => void) => ReactNode;
}

export function MakerPage({ words, icon, answer, count, form, list }: Props) {
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      <Stack gap="lg" maw={920}>
        <Card title={words.new}>{form(setSecret)}</Card>
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
          <Card flush={count > 0} title={words.list}>
            {answer.isPending ? (
              <RowsSkeleton rows={3} />
            ) : count === 0 ? (
              <EmptyState icon={icon} title={words.none}>
                {words.noneHint}
              </EmptyState>
            ) : (
              list(setSecret)
            )}
          </Card>
        )}
      </Stack>
    </>
  );
}
