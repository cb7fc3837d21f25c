// What did not load into the catalog: where, why, and which entity keeps its last good version; mine, or by owner.
import { Button, Group, Pill, SegmentedControl, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { MoreButton, useGrowingList } from '../../components/MoreList';
import { PageHeader } from '../../components/PageHeader';
import { ProblemList } from '../../components/ProblemList';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { formatNumber } from '../../format';
import { ProblemOwners, Problems, type ProblemFilter } from '../../gql/operations';
import { shortRef } from '../../refs';
import type { ProblemSearch } from './search';
import { words } from './strings';

const route = getRouteApi('/shell/problems');

export function ProblemsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: ProblemSearch) => void navigate({ search: (before) => ({ ...before, ...changes }) });
  const list = useGrowingList(Problems, { filter: toFilter(search) }, (data) => data.problems, { keepPrevious: true });
  const filtered = Object.keys(search).length > 0;
  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      <Filters search={search} change={change} codes={list.nodes.map((problem) => problem.code)} />
      {list.error ? (
        <ErrorState error={list.error} retry={list.refetch} />
      ) : list.isPending ? (
        <Card title={words.list} count={'\u00a0'}>
          <RowsSkeleton height={46} />
        </Card>
      ) : list.nodes.length === 0 ? (
        <Card>
          <EmptyState
            icon={CircleCheck}
            title={filtered ? words.noneMatch : words.none}
            action={
              filtered && (
                <Button variant="default" onClick={() => void navigate({ search: {} })}>
                  {words.clear}
                </Button>
              )
            }
          >
            {filtered ? words.noneMatchHint : words.noneHint}
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

function toFilter({ mine, level, code, owner, location }: ProblemSearch): ProblemFilter {
  return {
    ...(mine ? { mine } : {}),
    ...(level ? { level: [level] } : {}),
    ...(code ? { code: [code] } : {}),
    ...(owner ? { owner: [owner] } : {}),
    ...(location ? { location } : {}),
  };
}

interface FiltersProps {
  search: ProblemSearch;
  change: (changes: ProblemSearch) => void;
  codes: string[];
}

function Filters({ search, change, codes }: FiltersProps) {
  const offered = [...new Set([...codes, ...(search.code ? [search.code] : [])])].sort();
  return (
    <Group gap="sm" mb="md">
      <SegmentedControl
        aria-label={words.whose}
        value={search.mine ? 'mine' : 'all'}
        onChange={(value) => change({ mine: value === 'mine' ? true : undefined })}
        data={[
          { value: 'all', label: words.all },
          { value: 'mine', label: words.mine },
        ]}
      />
      <Select
        aria-label={words.level}
        placeholder={words.level}
        flex="1 1 130px"
        maw={{ sm: 150 }}
        clearable
        value={search.level ?? null}
        onChange={(level) => change({ level: (level ?? undefined) as ProblemSearch['level'] })}
        data={Object.entries(words.levels).map(([value, label]) => ({ value, label }))}
      />
      <Select
        aria-label={words.code}
        placeholder={words.code}
        flex="1 1 180px"
        maw={{ sm: 280 }}
        clearable
        value={search.code ?? null}
        onChange={(code) => change({ code: code ?? undefined })}
        data={offered}
      />
      <OwnerSelect value={search.owner} onChange={(owner) => change({ owner })} />
      {search.location && (
        <Pill size="md" withRemoveButton onRemove={() => change({ location: undefined })}>
          {words.oneSource}
        </Pill>
      )}
    </Group>
  );
}

function OwnerSelect({ value, onChange }: { value: string | undefined; onChange: (owner: string | undefined) => void }) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const answer = useOperation(ProblemOwners, { search: search || null }, { keepPrevious: true });
  const groups = (answer.data?.entities.nodes ?? []).map((group) => ({ value: group.ref, label: group.displayName }));
  const data = value && !groups.some((group) => group.value === value) ? [{ value, label: shortRef(value) }, ...groups] : groups;
  return (
    <Select
      aria-label={words.owner}
      placeholder={words.owner}
      flex="1 1 180px"
      maw={{ sm: 280 }}
      clearable
      searchable
      onSearchChange={setTyped}
      value={value ?? null}
      onChange={(owner) => onChange(owner ?? undefined)}
      data={data}
      limit={20}
    />
  );
}
