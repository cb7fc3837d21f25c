// Register a location: look first at what it would bring, then let it in; below, everything registered.
import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type SyntheticEvent } from 'react';
import { useOperationMutation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { PageButton } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { byField } from '../../components/problems';
import { explain } from '../../components/states';
import { Catalog, Sources, Problems, RegisterLocation, type RegisterLocationMutation } from '../../gql/operations';
import { strings } from '../../strings';
import { words } from './strings';
import { Preview } from './Preview';

type PreviewRow = RegisterLocationMutation['registerLocation']['preview'][number];
interface Shown {
  target: string;
  rows: PreviewRow[];
}

export function RegisterPage() {
  const run = useOperationMutation(RegisterLocation, []);
  const register = useOperationMutation(RegisterLocation, [Sources, Problems, Catalog]);
  const [target, setTarget] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [preview, setPreview] = useState<Shown | null>(null);

  function look(event: SyntheticEvent) {
    event.preventDefault();
    setPreview(null);
    const wanted = target.trim();
    setErrors(wanted ? {} : { target: strings.required });
    if (!wanted) return;
    run.mutate(
      { input: { target: wanted, dryRun: true } },
      {
        onSuccess: ({ registerLocation }) => {
          setErrors(byField(registerLocation.problems, ['target']));
          if (registerLocation.problems.length === 0 || registerLocation.preview.length > 0) {
            setPreview({ target: wanted, rows: registerLocation.preview });
          }
        },
        onError: (error) => setErrors({ '': explain(error).message }),
      },
    );
  }

  function letIn() {
    if (!preview) return;
    register.mutate(
      { input: { target: preview.target, dryRun: false } },
      {
        onSuccess: ({ registerLocation }) => {
          setErrors(byField(registerLocation.problems, ['target']));
          if (!registerLocation.location) return;
          setPreview(null);
          setTarget('');
          notifications.show({ color: 'green', message: words.done(registerLocation.location.target) });
        },
        onError: (error) => setErrors({ '': explain(error).message }),
      },
    );
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
      <Stack gap="lg">
        <Card>
          <form onSubmit={look} noValidate>
            <Stack gap="sm">
              {errors[''] && (
                <Alert color="red" variant="light" role="alert">
                  {errors['']}
                </Alert>
              )}
              <Group align="flex-start" gap="sm" wrap="wrap">
                <TextInput
                  label={words.target}
                  description={words.targetHint}
                  placeholder="https://github.com/acme/checkout/blob/main/catalog-info.yaml"
                  value={target}
                  onChange={(event) => {
                    setTarget(event.currentTarget.value);
                    setPreview(null);
                  }}
                  error={errors.target}
                  inputWrapperOrder={['label', 'description', 'input', 'error']}
                  autoComplete="off"
                  spellCheck={false}
                  flex="1 1 320px"
                />
                <Button type="submit" variant={preview ? 'default' : 'filled'} loading={run.isPending} mt={{ base: 0, sm: 45 }}>
                  {words.preview}
                </Button>
              </Group>
            </Stack>
          </form>
        </Card>
        {preview && (
          <Preview rows={preview.rows} target={preview.target} register={letIn} busy={register.isPending} cancel={() => setPreview(null)} />
        )}
      </Stack>
    </>
  );
}
