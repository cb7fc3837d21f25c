// What did not load into the catalog: where, why, and which entity keeps its last good version.
import { CircleCheck } from 'lucide-react';
import { Card } from '../../components/Card';
import { MoreButton, useGrowingList } from '../../components/MoreList';
import { PageHeader } from '../../components/PageHeader';
import { ProblemList } from '../../components/ProblemList';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { formatNumber } from '../../format';
import { Problems } from '../../gql/operations';
import { words } from './strings';

export function ProblemsPage() {
  const list = useGrowingList(Problems, {}, (data) => data.problems);
  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      {list.error ? (
        <ErrorState error={list.error} retry={list.refetch} />
      ) : list.isPending ? (
        <Card>
          <RowsSkeleton height={32} />
        </Card>
      ) : list.nodes.length === 0 ? (
        <Card>
          <EmptyState icon={CircleCheck} title={words.none}>
            {words.noneHint}
          </EmptyState>
        </Card>
      ) : (
        <Card flush title={words.list} count={formatNumber(list.totalCount)}>
          <ProblemList problems={list.nodes} />
          <MoreButton list={list} />
        </Card>
      )}
    </>
  );
}
