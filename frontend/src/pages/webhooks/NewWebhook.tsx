// The form for a new webhook.
import { MultiSelect, SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';
import { MakerForm } from '../../components/MakerForm';
import { useFormMutation } from '../../components/useFormMutation';
import { CreateWebhook, Webhooks, type EntityEventWhat } from '../../gql/operations';
import { useShell } from '../../layout/useShell';
import { words } from './strings';

const WHATS = Object.entries(words.whats).map(([value, label]) => ({ value, label }));

export function NewWebhook({ onCreated }: { onCreated: (secret: string) => void }) {
  const { errors, busy, send } = useFormMutation(CreateWebhook, ['name', 'url'], (data) => data.createWebhook.problems, [Webhooks]);
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [kinds, setKinds] = useState<string[]>([]);
  const [what, setWhat] = useState<string[]>([]);
  const known = (useShell()?.kinds ?? []).map((kind) => ({ value: kind.name.toLowerCase(), label: kind.plural }));

  function submit() {
    const filter = {
      ...(kinds.length > 0 ? { kind: kinds } : {}),
      ...(what.length > 0 ? { what: what as EntityEventWhat[] } : {}),
    };
    send({ name, url }, { input: { name: name.trim(), url: url.trim(), filter } }, ({ createWebhook: { secret } }) => {
      for (const empty of [setName, setUrl]) empty('');
      for (const none of [setKinds, setWhat]) none([]);
      onCreated(secret ?? '');
    });
  }

  return (
    <MakerForm submit={submit} error={errors['']} busy={busy} action={words.create}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <TextInput
          label={words.name}
          description={words.nameHint}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={errors.name}
          maxLength={100}
        />
        <TextInput
          label={words.url}
          description={words.urlHint}
          placeholder="https://"
          type="url"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={errors.url}
        />
        <MultiSelect label={words.kinds} data={known} value={kinds} onChange={setKinds} {...(kinds.length === 0 ? { placeholder: words.every } : {})} clearable searchable />
        <MultiSelect label={words.what} data={WHATS} value={what} onChange={setWhat} {...(what.length === 0 ? { placeholder: words.every } : {})} clearable searchable />
      </SimpleGrid>
    </MakerForm>
  );
}
