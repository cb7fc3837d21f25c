// Fields made of text with a meaning: an entity's name, tags, the address of a repository.
import { Fieldset, Group, Select, TagsInput, Text, TextInput } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { useOperation } from '../api/hooks';
import { PickTags } from '../gql/operations';
import { formsWords } from './strings';
import { textList } from './catalogFilter';
import { change, optionsOf, wordsOf } from './pickerProps';

export function EntityNamePicker(props: FieldProps) {
  return (
    <TextInput
      {...wordsOf(props)}
      value={typeof props.formData === 'string' ? props.formData : ''}
      onChange={(event) => change(props, event.currentTarget.value || undefined)}
      onBlur={() => props.onBlur(props.fieldPathId.$id, props.formData)}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

export function EntityTagsPicker(props: FieldProps) {
  const options = optionsOf(props);
  const kinds = textList(options.kinds);
  const answer = useOperation(PickTags, { filter: kinds.length > 0 ? { kind: kinds } : null }, { staleTime: 60_000 });
  const tags = answer.data?.entityFacets[0]?.buckets.map((bucket) => bucket.value) ?? [];
  return (
    <TagsInput
      {...wordsOf(props)}
      value={textList(props.formData)}
      onChange={(values) => change(props, values.map((value) => value.trim().toLowerCase()))}
      data={tags}
      clearable
      splitChars={[',', ' ']}
      maxDropdownHeight={240}
    />
  );
}

const EMBEDDED_HOST = 'portal';

interface Repository {
  host: string;
  owner: string;
  repo: string;
}

/** `host?owner=…&repo=…`, as Backstage's templates hand it to their publish actions. */
function parseRepository(value: unknown, host: string): Repository {
  const text = typeof value === 'string' ? value : '';
  const [written, query = ''] = text.split('?');
  const parts = new URLSearchParams(query);
  return { host: written || host, owner: parts.get('owner') ?? '', repo: parts.get('repo') ?? '' };
}

export function RepoUrlPicker(props: FieldProps) {
  const options = optionsOf(props);
  const hosts = textList(options.allowedHosts);
  const owners = textList(options.allowedOwners);
  const names = textList(options.allowedRepos);
  const value = parseRepository(props.formData, hosts[0] ?? EMBEDDED_HOST);
  const { label, description, error, withAsterisk, disabled, id } = wordsOf(props);

  function set(changes: Partial<Repository>) {
    const next = { ...value, ...changes };
    const complete = next.owner !== '' || next.repo !== '';
    const query = new URLSearchParams({ owner: next.owner, repo: next.repo });
    change(props, complete ? `${next.host}?${query.toString()}` : undefined);
  }

  return (
    <Fieldset legend={`${label}${withAsterisk ? ' *' : ''}`} variant="default" disabled={disabled}>
      {description && (
        <Text size="xs" c="dimmed" mb="xs">
          {description}
        </Text>
      )}
      <Group grow align="flex-start" gap="sm">
        {hosts.length > 1 && (
          <Select
            label={formsWords.repoHost}
            data={hosts}
            value={value.host}
            allowDeselect={false}
            onChange={(host) => set({ host: host ?? EMBEDDED_HOST })}
          />
        )}
        <NameOrChoice id={id} label={formsWords.repoOwner} value={value.owner} allowed={owners} onChange={(owner) => set({ owner })} />
        <NameOrChoice id={`${id}_repo`} label={formsWords.repoName} value={value.repo} allowed={names} onChange={(repo) => set({ repo })} />
      </Group>
      {error && (
        <Text size="xs" c="red" mt={6} role="alert">
          {error}
        </Text>
      )}
    </Fieldset>
  );
}

interface NameProps {
  id: string;
  label: string;
  value: string;
  allowed: string[];
  onChange: (value: string) => void;
}

function NameOrChoice({ id, label, value, allowed, onChange }: NameProps) {
  if (allowed.length > 0) {
    return <Select id={id} label={label} data={allowed} value={value || null} onChange={(chosen) => onChange(chosen ?? '')} />;
  }
  return (
    <TextInput
      id={id}
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
