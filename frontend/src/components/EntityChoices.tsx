// Choosing an entity of the catalog: what fits the words that are typed, asked of the server.
import { Group, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useOperation } from '../api/hooks';
import { PickEntities, PickNames, type EntityFilter } from '../gql/operations';
import { parseRef, shortRef } from '../refs';
import { strings } from '../strings';
import { EntityIcon } from './EntityIcon';

interface Choices {
  data: { value: string; label: string }[];
  search: string;
  setSearch: (text: string) => void;
  nothing: string;
}

/** What can be chosen for what is typed; what is chosen already stays in the list, with its name. */
export function useChoices(filter: EntityFilter, chosen: string[], free: boolean): Choices {
  const [search, setSearch] = useState('');
  const [names, setNames] = useState<Record<string, string>>({});
  const typed = search === names[chosen[0] ?? ''] ? '' : search.trim();
  const [wanted] = useDebouncedValue(typed, 200);
  const answer = useOperation(PickEntities, { filter, search: wanted || null }, { keepPrevious: true });
  const unnamed = chosen.filter((ref) => !names[ref] && ref.includes(':'));
  const named = useOperation(PickNames, { refs: unnamed }, { enabled: unnamed.length > 0, staleTime: Infinity });

  const found = answer.data?.entities.nodes ?? [];
  const known = [...found, ...(named.data?.entitiesByRefs ?? []).filter((entity) => entity !== null)];
  const fresh = known.filter((entity) => chosen.includes(entity.ref) && names[entity.ref] !== entity.displayName);
  if (fresh.length > 0) setNames({ ...names, ...Object.fromEntries(fresh.map((entity) => [entity.ref, entity.displayName])) });

  const data = found.map((entity) => ({ value: entity.ref, label: entity.displayName }));
  for (const ref of chosen) {
    if (!data.some((option) => option.value === ref)) data.unshift({ value: ref, label: names[ref] ?? shortRef(ref) });
  }
  if (free && typed && !data.some((option) => option.label.toLowerCase() === typed.toLowerCase() || option.value === typed)) {
    data.push({ value: typed, label: strings.entities.asWritten(typed) });
  }
  const nothing = answer.isPending ? strings.loading : answer.error ? strings.search.failed : strings.entities.none;
  return { data, search, setSearch, nothing };
}

export function EntityOption({ value, label }: { value: string; label: string }) {
  const { kind } = parseRef(value);
  return (
    <Group gap={8} wrap="nowrap">
      {value.includes(':') && <EntityIcon kind={kind} />}
      <span>{label}</span>
      {value.includes(':') && label.toLowerCase() !== shortRef(value) && (
        <Text size="xs" c="dimmed" truncate>
          {shortRef(value)}
        </Text>
      )}
    </Group>
  );
}
