// The form for a new token.
import { Checkbox, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useOperationMutation } from '../../api/hooks';
import { MakerForm } from '../../components/MakerForm';
import { byField } from '../../components/problems';
import { explain } from '../../components/states';
import { CreateApiToken, Tokens } from '../../gql/operations';
import { strings } from '../../strings';
import { words } from './strings';

const SCOPES = Object.keys(words.scopeWords) as (keyof typeof words.scopeWords)[];
const DAYS = [7, 30, 90, 365];

export function NewToken({ onCreated }: { onCreated: (secret: string) => void }) {
  const create = useOperationMutation(CreateApiToken, [Tokens]);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([SCOPES[0] ?? '']);
  const [days, setDays] = useState(30);
  const [errors, setErrors] = useState<Record<string, string>>({});

  function submit() {
    const missing = {
      ...(name.trim() ? {} : { name: strings.required }),
      ...(scopes.length > 0 ? {} : { scopes: words.pickScope }),
    };
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    create.mutate(
      { input: { name: name.trim(), scopes, expiresInDays: days } },
      {
        onSuccess: ({ createApiToken }) => {
          setErrors(byField(createApiToken.problems, ['name', 'scopes', 'expiresInDays']));
          if (!createApiToken.secret) return;
          setName('');
          onCreated(createApiToken.secret);
        },
        onError: (error) => setErrors({ '': explain(error).message }),
      },
    );
  }

  return (
    <MakerForm submit={submit} error={errors['']} busy={create.isPending} action={words.create}>
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
