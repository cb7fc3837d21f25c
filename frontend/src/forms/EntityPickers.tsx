// Fields that choose entities of the catalog; the value is the ref, the list comes from the server.
import { Group, MultiSelect, Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { FieldProps } from '@rjsf/utils';
import { useState } from 'react';
import { useOperation } from '../api/hooks';
import { EntityIcon } from '../components/EntityIcon';
import { PickEntities, PickMyGroups, PickNames, type EntityFilter, type PickEntitiesQuery } from '../gql/operations';
import { parseRef, shortRef } from '../refs';
import { strings } from '../strings';
import { formsWords } from './strings';
import { textList, toEntityFilter } from './catalogFilter';
import { change, optionsOf, wordsOf } from './pickerProps';

type Choice = PickEntitiesQuery['entities']['nodes'][number];

interface Choices {
  data: { value: string; label: string }[];
  search: string;
  setSearch: (text: string) => void;
  nothing: string;
}

/** What can be chosen for what is typed; what is chosen already stays in the list, with its name. */
function useChoices(filter: EntityFilter, chosen: string[], free: boolean): Choices {
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
    data.push({ value: typed, label: formsWords.asWritten(typed) });
  }
  const nothing = answer.isPending ? strings.loading : answer.error ? strings.search.failed : formsWords.noEntity;
  return { data, search, setSearch, nothing };
}

function Option({ value, label }: { value: string; label: string }) {
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

/** What is typed in place of a choice, as a ref where the template says of which kind it is. */
function asRef(text: string, options: Record<string, unknown>, kind?: string): string {
  const defaultKind = typeof options.defaultKind === 'string' ? options.defaultKind : kind;
  if (text.includes(':') || defaultKind === undefined) return text;
  const namespace = typeof options.defaultNamespace === 'string' ? options.defaultNamespace : 'default';
  return `${defaultKind}:${text.includes('/') ? '' : `${namespace}/`}${text}`.toLowerCase();
}

interface SingleProps {
  props: FieldProps;
  filter: EntityFilter;
  free: boolean;
  /** Of names that are typed without one. */
  kind?: string;
}

function SingleEntity({ props, filter, free, kind }: SingleProps) {
  const value = typeof props.formData === 'string' && props.formData ? props.formData : null;
  const { data, search, setSearch, nothing } = useChoices(filter, value ? [value] : [], free);
  return (
    <Select
      {...wordsOf(props)}
      searchable
      clearable={!props.required}
      value={value}
      data={data}
      searchValue={search}
      onSearchChange={setSearch}
      onChange={(chosen) => change(props, chosen === null ? undefined : asRef(chosen, optionsOf(props), kind))}
      onBlur={() => props.onBlur(props.fieldPathId.$id, props.formData)}
      filter={({ options }) => options}
      nothingFoundMessage={nothing}
      renderOption={({ option }) => <Option value={option.value} label={option.label} />}
      maxDropdownHeight={280}
    />
  );
}

const freeByDefault = (value: unknown, fallback: boolean) => (typeof value === 'boolean' ? value : fallback);

export function EntityPicker(props: FieldProps) {
  const options = optionsOf(props);
  const filter = toEntityFilter(options.catalogFilter, textList(options.allowedKinds));
  return <SingleEntity props={props} filter={filter} free={freeByDefault(options.allowArbitraryValues, true)} />;
}

export function OwnerPicker(props: FieldProps) {
  const options = optionsOf(props);
  const kinds = textList(options.allowedKinds);
  const filter = toEntityFilter(options.catalogFilter, kinds.length > 0 ? kinds : ['Group', 'User']);
  return <SingleEntity props={props} filter={filter} free={freeByDefault(options.allowArbitraryValues, true)} kind="group" />;
}

export function OwnedEntityPicker(props: FieldProps) {
  const options = optionsOf(props);
  const filter = toEntityFilter(options.catalogFilter, textList(options.allowedKinds));
  return (
    <SingleEntity props={props} filter={{ and: [filter, { owned: true }] }} free={freeByDefault(options.allowArbitraryValues, false)} />
  );
}

export function MultiEntityPicker(props: FieldProps) {
  return <SeveralEntities props={props} kinds={[]} />;
}

export function MultiOwnerPicker(props: FieldProps) {
  return <SeveralEntities props={props} kinds={['Group', 'User']} kind="group" />;
}

function SeveralEntities({ props, kinds, kind }: { props: FieldProps; kinds: string[]; kind?: string }) {
  const options = optionsOf(props);
  const allowed = textList(options.allowedKinds);
  const filter = toEntityFilter(options.catalogFilter, allowed.length > 0 ? allowed : kinds);
  const values = textList(props.formData);
  const { data, search, setSearch, nothing } = useChoices(filter, values, freeByDefault(options.allowArbitraryValues, true));
  const { placeholder, ...words } = wordsOf(props);
  return (
    <MultiSelect
      {...words}
      {...(values.length === 0 && placeholder ? { placeholder } : {})}
      searchable
      clearable
      hidePickedOptions
      value={values}
      data={data}
      searchValue={search}
      onSearchChange={setSearch}
      onChange={(chosen) => change(props, chosen.map((one) => asRef(one, options, kind)))}
      filter={({ options: all }) => all.filter((option) => 'value' in option && !values.includes(option.value))}
      nothingFoundMessage={nothing}
      renderOption={({ option }) => <Option value={option.value} label={option.label} />}
      maxDropdownHeight={280}
      {...(typeof props.schema.maxItems === 'number' ? { maxValues: props.schema.maxItems } : {})}
    />
  );
}

export function MyGroupsPicker(props: FieldProps) {
  const answer = useOperation(PickMyGroups, {});
  const groups: Choice[] = answer.data?.viewer.groups ?? [];
  if (props.schema.type === 'array') {
    const { placeholder: _none, ...words } = wordsOf(props);
    return (
      <MultiSelect
        {...words}
        searchable
        clearable
        value={textList(props.formData)}
        data={groups.map((group) => ({ value: group.ref, label: group.displayName }))}
        onChange={(chosen) => change(props, chosen)}
        nothingFoundMessage={answer.isPending ? strings.loading : formsWords.noGroup}
      />
    );
  }
  return (
    <Select
      {...wordsOf(props)}
      searchable
      clearable={!props.required}
      value={typeof props.formData === 'string' ? props.formData : null}
      data={groups.map((group) => ({ value: group.ref, label: group.displayName }))}
      onChange={(chosen) => change(props, chosen ?? undefined)}
      nothingFoundMessage={answer.isPending ? strings.loading : formsWords.noGroup}
      renderOption={({ option }) => <Option value={option.value} label={option.label} />}
    />
  );
}
