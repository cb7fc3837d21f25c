// The definition of an API as text.
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { CodeText } from '../../components/CodeText';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { EntityDefinition } from '../../gql/operations';
import { strings } from '../../strings';

export function DefinitionTab({ refText, type }: { refText: string; type: string | null }) {
  const answer = useOperation(EntityDefinition, { ref: refText });
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  const definition = answer.data?.entity?.definition;
  return (
    <Card title={strings.entity.definition} count={type ?? undefined}>
      {answer.isPending ? (
        <RowsSkeleton />
      ) : definition === null || definition === undefined || definition === '' ? (
        <EmptyState title={strings.entity.noDefinition}>{strings.entity.noDefinitionHint}</EmptyState>
      ) : (
        <CodeText text={typeof definition === 'string' ? definition : JSON.stringify(definition, null, 2)} />
      )}
    </Card>
  );
}
