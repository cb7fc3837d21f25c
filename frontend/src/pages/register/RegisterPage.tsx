// Register a location: paste an address, look at what it would bring, then let it in.
import { Alert, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type SyntheticEvent } from 'react';
import { useOperationMutation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { CodeText } from '../../components/CodeText';
import { PageButton, PageLink } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { byField } from '../../components/problems';
import { explain, RowsSkeleton } from '../../components/states';
import { Catalog, CatalogFacets, Problems, RefreshSource, RegisterLocation, Sources, type RegisterLocationMutation } from '../../gql/operations';
import { useShell } from '../../layout/useShell';
import { strings } from '../../strings';
import { counts } from './outcomes';
import { Preview } from './Preview';
import { Registered } from './Registered';
import { startFor, type Start } from './start';
import { words } from './strings';

type Payload = RegisterLocationMutation['registerLocation'];
const NEW = ['add', 'change', 'unchanged'] as const;

export function RegisterPage() {
  const [target, setTarget] = useState('');
  const [trusted, setTrusted] = useState(false);
  const mayTrust = useShell()?.viewer.isAdmin;
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [start, setStart] = useState<Start | null>(null);
  const [preview, setPreview] = useState<Payload | null>(null);
  const [done, setDone] = useState<Payload | null>(null);
  const look = useOperationMutation(RegisterLocation, []);
  const register = useOperationMutation(RegisterLocation, [Sources, Problems, Catalog, CatalogFacets]);
  const refresh = useOperationMutation(RefreshSource, [Sources, Problems, Catalog, CatalogFacets]);
  const wanted = target.trim();

  function forget() {
    setPreview(null);
    setStart(null);
    setErrors({});
  }

  function say(payload: Pick<Payload, 'problems'>): boolean {
    setErrors(byField(payload.problems, ['target']));
    setStart(startFor(wanted, payload.problems.map((problem) => problem.code)));
    return payload.problems.length === 0;
  }

  const failed = { onError: (error: Error) => setErrors({ '': explain(error).message }) };

  function ask(event: SyntheticEvent) {
    event.preventDefault();
    forget();
    if (!wanted) return setErrors({ target: strings.required });
    look.mutate(
      { input: { target: wanted, trusted, dryRun: true } },
      { ...failed, onSuccess: ({ registerLocation: answer }) => say(answer) && setPreview(answer) },
    );
  }

  function letIn() {
    register.mutate(
      { input: { target: wanted, trusted, dryRun: false } },
      { ...failed, onSuccess: ({ registerLocation: answer }) => say(answer) && setDone(answer) },
    );
  }

  function readAgain(locationId: string) {
    refresh.mutate(
      { input: { locationId } },
      {
        ...failed,
        onSuccess: ({ refreshLocation: answer }) => {
          if (!say(answer)) return;
          setPreview(null);
          notifications.show({ color: 'green', message: words.read });
        },
      },
    );
  }

  function again() {
    forget();
    setDone(null);
    setTarget('');
  }

  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          <PageButton to="/sources" variant="default">
            {words.sources}
          </PageButton>
        }
      />
      {done?.location ? (
        <Registered location={done.location} entities={done.entities} again={again} />
      ) : (
        <Stack gap="lg">
          <Card>
            <form onSubmit={ask} noValidate>
              {errors[''] && (
                <Alert color="red" variant="light" role="alert" mb="sm">
                  {errors['']}
                </Alert>
              )}
              <Group align="flex-end" gap="sm" wrap="wrap">
                <TextInput
                  label={words.target}
                  description={words.targetHint}
                  placeholder="https://github.com/acme/checkout/blob/main/catalog-info.yaml"
                  value={target}
                  onChange={(event) => {
                    setTarget(event.currentTarget.value);
                    forget();
                  }}
                  error={errors.target ? true : undefined}
                  aria-describedby={errors.target ? 'target-error' : undefined}
                  autoComplete="off"
                  spellCheck={false}
                  flex="1 1 320px"
                />
                <Button type="submit" variant={preview ? 'default' : 'filled'} loading={look.isPending}>
                  {words.preview}
                </Button>
              </Group>
              {mayTrust && (
                <Checkbox
                  mt="sm"
                  label={words.trusted}
                  description={words.trustedHint}
                  checked={trusted}
                  onChange={(event) => {
                    setTrusted(event.currentTarget.checked);
                    forget();
                  }}
                />
              )}
              {errors.target && (
                <Text id="target-error" role="alert" size="sm" c="var(--mantine-color-error)" mt="xs">
                  {errors.target}
                </Text>
              )}
            </form>
          </Card>
          {look.isPending && (
            <Card title={words.reading}>
              <RowsSkeleton rows={4} />
            </Card>
          )}
          {start && (
            <Card title={words.startTitle}>
              <CodeText text={start.text} />
              <Text size="sm" c="dimmed" mt="xs">
                {words.startHint(start.file)}
              </Text>
            </Card>
          )}
          {preview && (
            <Preview
              rows={preview.preview}
              target={wanted}
              note={
                preview.location && (
                  <>
                    {words.known}{' '}
                    <PageLink to="/sources">{words.knownSource}</PageLink>
                  </>
                )
              }
              actions={<PreviewActions payload={preview} busy={register.isPending || refresh.isPending} letIn={letIn} readAgain={readAgain} cancel={forget} />}
            />
          )}
        </Stack>
      )}
    </>
  );
}

interface ActionsProps {
  payload: Payload;
  busy: boolean;
  letIn: () => void;
  readAgain: (locationId: string) => void;
  cancel: () => void;
}

function PreviewActions({ payload, busy, letIn, readAgain, cancel }: ActionsProps) {
  const found = counts(payload.preview);
  const accepted = NEW.reduce((sum, outcome) => sum + found[outcome], 0);
  const { location } = payload;
  return (
    <>
      <Button variant="default" onClick={cancel}>
        {strings.cancel}
      </Button>
      {location ? (
        <Button onClick={() => readAgain(location.id)} loading={busy}>
          {words.readAgain}
        </Button>
      ) : (
        <Button onClick={letIn} loading={busy} disabled={accepted === 0}>
          {words.register(accepted)}
        </Button>
      )}
    </>
  );
}
