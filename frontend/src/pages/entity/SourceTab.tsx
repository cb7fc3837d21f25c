// The descriptor as written, and the document that the catalog keeps of it.
import { SegmentedControl, Stack } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { CodeText } from '../../components/CodeText';
import { ErrorState, RowsSkeleton } from '../../components/states';
import { EntitySource } from '../../gql/operations';
import { strings } from '../../strings';
import classes from './EntityPage.module.css';
import { sourceOf } from './Overview';
import type { PageEntity } from './tabs';

export function SourceTab({ entity }: { entity: PageEntity }) {
  const answer = useOperation(EntitySource, { ref: entity.ref });
  const given: Record<string, string> = useSearch({ strict: false });
  const [view, setView] = useState<'written' | 'document'>('written');
  const source = answer.data?.entity;
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  const written = source?.descriptor ?? null;
  const shown = view === 'written' && written !== null ? 'written' : 'document';
  return (
    <Card
      title={strings.entity.source}
      actions={
        written !== null && (
          <SegmentedControl
            size="xs"
            value={shown}
            onChange={(value) => setView(value)}
            data={[
              { value: 'written', label: strings.entity.asWritten },
              { value: 'document', label: strings.entity.asDocument },
            ]}
          />
        )
      }
    >
      {!source ? (
        <RowsSkeleton />
      ) : (
        <Stack gap="xs">
          {entity.location && <span className={classes.source}>{sourceOf(entity)}</span>}
          {shown === 'written' ? (
            <CodeText text={written ?? ''} first={entity.sourceLine ?? 1} marked={Number(given.line) || undefined} />
          ) : (
            <CodeText text={JSON.stringify(source.document, null, 2)} />
          )}
        </Stack>
      )}
    </Card>
  );
}
