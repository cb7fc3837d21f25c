// Fields about repositories: where one is to be, who owns it, which branch.
import { Autocomplete, Fieldset, Group, PasswordInput, Select, Text, TextInput } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { isObject } from '../api/operation';
import { textList } from './catalogFilter';
import { change, optionsOf, wordsOf } from './pickerProps';
import { useSecrets } from './secrets';
import { formsWords } from './strings';

const EMBEDDED_HOST = 'portal';
const PARTS = ['organization', 'workspace', 'project', 'owner', 'repo'] as const;
type Part = (typeof PARTS)[number];
type Repository = { host: string } & Record<Part, string>;

/** `host?owner=…&repo=…`, as Backstage's templates hand it to their publish actions. */
function parseRepository(value: unknown, host: string): Repository {
  const [written, query = ''] = typeof value === 'string' ? value.split('?') : [];
  const given = new URLSearchParams(query);
  const parts = Object.fromEntries(PARTS.map((part) => [part, given.get(part) ?? ''])) as Record<Part, string>;
  return { host: written || host, ...parts };
}

/** The parts of an address on that host. */
function partsOf(host: string): Part[] {
  if (host === 'dev.azure.com' || host.includes('azure')) return ['organization', 'project', 'repo'];
  if (host === 'bitbucket.org') return ['workspace', 'project', 'repo'];
  if (host.includes('bitbucket')) return ['project', 'repo'];
  return ['owner', 'repo'];
}

export function RepoUrlPicker(props: FieldProps) {
  const options = optionsOf(props);
  const hosts = textList(options.allowedHosts);
  const allowed: Record<Part, string[]> = {
    organization: textList(options.allowedOrganizations),
    workspace: textList(options.allowedWorkspaces),
    project: textList(options.allowedProjects),
    owner: textList(options.allowedOwners),
    repo: textList(options.allowedRepos),
  };
  const value = parseRepository(props.formData, hosts[0] ?? EMBEDDED_HOST);
  const parts = partsOf(value.host);
  const { label, description, error, withAsterisk, disabled, id } = wordsOf(props);

  function set(changes: Partial<Repository>) {
    const next = { ...value, ...changes };
    const given = partsOf(next.host).filter((part) => next[part] !== '');
    const query = new URLSearchParams(given.map((part) => [part, next[part]]));
    change(props, given.length > 0 || next.host !== (hosts[0] ?? EMBEDDED_HOST) ? `${next.host}?${query.toString()}` : undefined);
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
          <Select label={formsWords.repoHost} data={hosts} value={value.host} allowDeselect={false} onChange={(host) => set({ host: host ?? EMBEDDED_HOST })} />
        )}
        {parts.map((part) => (
          <NameOrChoice
            key={part}
            id={part === parts[0] ? id : `${id}_${part}`}
            label={formsWords.repo[part]}
            value={value[part]}
            allowed={allowed[part]}
            onChange={(text) => set({ [part]: text })}
          />
        ))}
      </Group>
      <Credentials options={options} host={value.host} />
      {error && (
        <Text size="xs" c="red" mt={6} role="alert">
          {error}
        </Text>
      )}
    </Fieldset>
  );
}

/** The token that the template asks its reader for, as `requestUserCredentials.secretsKey` names it. */
function Credentials({ options, host }: { options: Record<string, unknown>; host: string }) {
  const secrets = useSecrets();
  const asked = options.requestUserCredentials;
  const key = isObject(asked) && typeof asked.secretsKey === 'string' ? asked.secretsKey : null;
  if (key === null) return null;
  return (
    <PasswordInput
      mt="sm"
      label={formsWords.token(host)}
      description={formsWords.tokenHint}
      autoComplete="new-password"
      value={secrets.values[key] ?? ''}
      onChange={(event) => secrets.set(key, event.currentTarget.value)}
    />
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
    <TextInput id={id} label={label} value={value} onChange={(event) => onChange(event.currentTarget.value.trim())} autoComplete="off" spellCheck={false} />
  );
}

function TextWithChoices({ props, data }: { props: FieldProps; data: string[] }) {
  const options = optionsOf(props);
  return (
    <>
      <Autocomplete
        {...wordsOf(props)}
        data={data}
        value={typeof props.formData === 'string' ? props.formData : ''}
        onChange={(value) => change(props, value.trim() || undefined)}
        onBlur={() => props.onBlur(props.fieldPathId.$id, props.formData)}
        autoComplete="off"
        spellCheck={false}
      />
      <Credentials options={options} host={typeof options.host === 'string' ? options.host : EMBEDDED_HOST} />
    </>
  );
}

export function RepoBranchPicker(props: FieldProps) {
  return <TextWithChoices props={props} data={['main', ...textList(props.schema.default)].filter((name, at, all) => all.indexOf(name) === at)} />;
}

export function RepoOwnerPicker(props: FieldProps) {
  const options = optionsOf(props);
  const refused = textList(options.excludedOwners);
  const allowed = textList(options.allowedOwners).filter((owner) => !refused.includes(owner));
  if (allowed.length === 0) return <TextWithChoices props={props} data={[]} />;
  return (
    <Select
      {...wordsOf(props)}
      data={allowed}
      searchable
      clearable={!props.required}
      value={typeof props.formData === 'string' ? props.formData : null}
      onChange={(owner) => change(props, owner ?? undefined)}
    />
  );
}
