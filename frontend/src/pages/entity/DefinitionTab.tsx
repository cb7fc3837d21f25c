// The definition of an API as text, to look at and to save.
import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { CodeText } from '../../components/CodeText';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { download } from '../../download';
import { EntityDefinition } from '../../gql/operations';
import { strings } from '../../strings';

export function DefinitionTab({ refText, type }: { refText: string; type: string | null }) {
  const answer = useOperation(EntityDefinition, { ref: refText });
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  const definition = answer.data?.entity?.definition;
  const text = typeof definition === 'string' ? definition : definition ? JSON.stringify(definition, null, 2) : '';
  const save = () => download(fileName(refText, type, text), text, 'text/plain');
  return (
    <Card
      title={strings.entity.definition}
      count={type ?? undefined}
      actions={
        text !== '' && (
          <Button size="compact-sm" variant="default" leftSection={<Download size={14} aria-hidden />} onClick={save}>
            {strings.entity.saveDefinition}
          </Button>
        )
      }
    >
      {answer.isPending ? (
        <RowsSkeleton />
      ) : text === '' ? (
        <EmptyState title={strings.entity.noDefinition}>{strings.entity.noDefinitionHint}</EmptyState>
      ) : (
        <CodeText text={text} />
      )}
    </Card>
  );
}

/** Named after the API, with the ending that its text has. */
function fileName(refText: string, type: string | null, text: string): string {
  const endings: Record<string, string> = { graphql: 'graphql', grpc: 'proto', proto: 'proto' };
  const ending = endings[type ?? ''] ?? (text.trimStart().startsWith('{') ? 'json' : 'yaml');
  return `${refText.split('/').at(-1) ?? 'api'}.${ending}`;
}
