// Fields that choose entities of the catalog; the value is the ref, the list comes from the server.
import { MultiSelect, Select } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { useOperation } from '../api/hooks';
import { EntityOption, useChoices } from '../components/EntityChoices';
import { PickMyGroups, type EntityFilter, type PickEntitiesQuery } from '../gql/operations';
import { strings } from '../strings';
import { formsWords } from './strings';
import { textList, toEntityFilter } from './catalogFilter';
import { change, optionsOf, wordsOf } from './pickerProps';

type Choice = PickEntitiesQuery['entities']['nodes'][number];

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
      renderOption={({ option }) => <EntityOption value={option.value} label={option.label} />}
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
      renderOption={({ option }) => <EntityOption value={option.value} label={option.label} />}
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
      renderOption={({ option }) => <EntityOption value={option.value} label={option.label} />}
    />
  );
}
