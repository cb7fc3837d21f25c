// The form for a new token.
import { Checkbox, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { MakerForm } from '../../components/MakerForm';
import { useFormMutation } from '../../components/useFormMutation';
import { CreateApiToken, Tokens } from '../../gql/operations';
import { words } from './strings';

const SCOPES = Object.keys(words.scopeWords) as (keyof typeof words.scopeWords)[];
const DAYS = [7, 30, 90, 365];

export function NewToken({ onCreated }: { onCreated: (secret: string) => void }) {
  const { errors, busy, send } = useFormMutation(CreateApiToken, ['name', 'scopes', 'expiresInDays'], (data) => data.createApiToken.problems, [Tokens]);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([SCOPES[0] ?? '']);
  const [days, setDays] = useState(30);

  function submit() {
    send({ name, scopes }, { input: { name: name.trim(), scopes, expiresInDays: days } }, ({ createApiToken: { secret } }) => {
      setName('');
      onCreated(secret ?? '');
    });
  }

  return (
    <MakerForm submit={submit} error={errors['']} busy={busy} action={words.create}>
      <Group align="flex-start" grow preventGrowOverflow={false} gap="md">
        <TextInput
          label={words.name}
          description={words.nameHint}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={errors.name}
          maxLength={100}
          miw={240}
        />
        <Select
          label={words.expires}
          description={words.expiresHint}
          data={DAYS.map((count) => ({ value: String(count), label: words.days(count) }))}
          value={String(days)}
          onChange={(value) => setDays(Number(value))}
          allowDeselect={false}
          error={errors.expiresInDays}
          maw={240}
        />
      </Group>
      <Checkbox.Group label={words.scopes} value={scopes} onChange={setScopes} error={errors.scopes}>
        <Stack gap={8} mt={8}>
          {SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={scope} description={words.scopeWords[scope]} />
          ))}
        </Stack>
      </Checkbox.Group>
    </MakerForm>
  );
}
