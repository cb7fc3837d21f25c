// Sign in with an identity provider or a local account; goes on to where one wanted to go.
import { Alert, Button, Divider, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import { identityAddress, identityProviders, safeNext, signIn } from '../../api/session';
import { explain } from '../../components/states';
import { Mark } from '../../layout/Brand';
import { strings } from '../../strings';
import { words } from './strings';
import classes from './SignInPage.module.css';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { next, error, provider } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const { data: providers = [] } = useQuery({ queryKey: ['identity-providers'], queryFn: identityProviders });
  const asked = providers.find((each) => each.id === provider)?.name ?? words.anyProvider;
  const refusal = errors[''] ?? (error ? words.provider[error]?.(asked) : undefined);
  useDocumentTitle(`${words.title} · ${strings.product}`);

  async function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const username = textOf(form, 'username').trim();
    const password = textOf(form, 'password');
    const missing = {
      ...(username ? {} : { username: words.missing }),
      ...(password ? {} : { password: words.missing }),
    };
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      const failure = await signIn(username, password);
      if (!failure) {
        queries.clear();
        router.history.replace(safeNext(next));
        return;
      }
      if (failure.tooMany) setErrors({ '': words.tooMany });
      else setErrors(Object.keys(failure.fields).length > 0 ? failure.fields : { '': words.failed });
    } catch (error) {
      setErrors({ '': explain(error as Error).message });
    }
    setBusy(false);
  }

  return (
    <main className={classes.page}>
      <Paper withBorder className={classes.panel}>
        <form onSubmit={(event) => void submit(event)} noValidate>
          <Stack gap="md">
            <Stack gap={14} align="flex-start">
              <Mark size={40} />
              <Title order={1}>{words.welcome}</Title>
            </Stack>
            {refusal && (
              <Alert color="red" variant="light" role="alert">
                {refusal}
              </Alert>
            )}
            {providers.map((each) => (
              <Button key={each.id} component="a" href={identityAddress(each, next)} variant="default" fullWidth classNames={{ root: classes.provider ?? '', label: classes.providerName ?? '' }}>
                {words.signInWith(each.name)}
              </Button>
            ))}
            {providers.length > 0 && <Divider label={words.or} />}
            <TextInput
              name="username"
              label={words.username}
              autoComplete="username"
              autoCapitalize="none"
              autoFocus={providers.length === 0}
              error={errors.username ?? errors.login ?? errors.email}
            />
            <PasswordInput
              name="password"
              label={words.password}
              autoComplete="current-password"
              error={errors.password}
            />
            <Button type="submit" loading={busy} fullWidth mt={4}>
              {words.submit}
            </Button>
          </Stack>
        </form>
      </Paper>
    </main>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
