// The reference of actions: a list to search, and one of them with its schemas and examples that can be tried.
import { Button, Stack, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Play, SearchX } from 'lucide-react';
import { useOperation, useOperationMutation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { CodeText } from '../../components/CodeText';
import { DryRunResult } from '../../components/DryRunResult';
import { PageLink } from '../../components/links';
import { FailedPage } from '../../components/FailedPage';
import { PageHeader } from '../../components/PageHeader';
import { PlainMarkdown } from '../../components/PlainMarkdown';
import { SearchField } from '../../components/SearchField';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { Actions, TryDraft, type ActionsQuery } from '../../gql/operations';
import { strings } from '../../strings';
import classes from './ActionsPage.module.css';
import { Fields } from './Fields';
import { words } from './strings';

type Action = ActionsQuery['actions'][number];
type Example = Action['examples'][number];

const route = getRouteApi('/shell/create/actions');

export function ActionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const answer = useOperation(Actions, {}, { staleTime: 60_000 });
  const eyebrow = <PageLink to="/create">{strings.nav.create}</PageLink>;
  if (answer.error) return <FailedPage title={words.title} eyebrow={eyebrow} error={answer.error} retry={answer.refetch} />;
  const asked = (search.search ?? '').toLowerCase();
  const actions = (answer.data?.actions ?? []).filter(
    (action) => action.id.toLowerCase().includes(asked) || action.description.toLowerCase().includes(asked),
  );
  const chosen = actions.find((action) => action.id === search.action) ?? actions[0];
  return (
    <>
      <PageHeader title={words.title} description={words.description} eyebrow={eyebrow} />
      <div className={classes.columns}>
        <div className={classes.side}>
          <SearchField
            value={search.search ?? ''}
            onChange={(text) => void navigate({ search: text ? { ...search, search: text } : {}, replace: true })}
            placeholder={words.search}
          />
          <nav aria-label={words.list}>
            {answer.isPending && <RowsSkeleton rows={10} />}
            <ul className={classes.list}>
              {actions.map((action) => (
                <li key={action.id}>
                  <PageLink
                    to="/create/actions"
                    search={{ ...search, action: action.id }}
                    className={classes.action ?? ''}
                    aria-current={action.id === chosen?.id ? 'page' : undefined}
                  >
                    {action.id}
                  </PageLink>
                </li>
              ))}
            </ul>
          </nav>
        </div>
        {chosen ? (
          <OneAction key={chosen.id} action={chosen} />
        ) : (
          !answer.isPending && (
            <Card>
              <EmptyState icon={SearchX} title={words.none}>
                {words.noneHint}
              </EmptyState>
            </Card>
          )
        )}
      </div>
    </>
  );
}

function OneAction({ action }: { action: Action }) {
  return (
    <Stack gap="lg" miw={0}>
      <Card title={<code>{action.id}</code>}>
        <PlainMarkdown text={action.description} />
        <ul className={classes.facts}>
          <li>{action.runsDry ? words.runsDry : words.plans}</li>
          {!action.runsDry && <li>{action.canUndo ? words.canUndo : words.cannotUndo}</li>}
          {action.scopes.length > 0 && (
            <li>
              {words.scopes} <code>{action.scopes.join(', ')}</code>
            </li>
          )}
        </ul>
      </Card>
      <Card title={words.input}>
        <Fields schema={action.inputSchema} />
      </Card>
      <Card title={words.output}>
        <Fields schema={action.outputSchema} />
      </Card>
      {action.examples.length > 0 && (
        <Card title={words.examples}>
          <Stack gap="xl">
            {action.examples.map((example, index) => (
              <OneExample key={index} example={example} number={index + 1} />
            ))}
          </Stack>
        </Card>
      )}
    </Stack>
  );
}

function OneExample({ example, number }: { example: Example; number: number }) {
  const dryRun = useOperationMutation(TryDraft);
  const files = example.files.map(({ path, content }) => ({ path, content: content ?? '' }));
  return (
    <section aria-label={words.example(number)}>
      <div className={classes.exampleHead}>
        <Title order={3} size="h3">
          {example.description}
        </Title>
        <Button
          size="xs"
          variant="default"
          leftSection={<Play size={13} aria-hidden />}
          loading={dryRun.isPending}
          onClick={() => dryRun.mutate({ input: { text: example.template, values: {}, files } })}
        >
          {strings.dryRun.tryIt}
        </Button>
      </div>
      <CodeText text={example.steps} numbers={false} />
      <div aria-live="polite" className={classes.result}>
        {dryRun.error && <ErrorState error={dryRun.error} />}
        {dryRun.data && <DryRunResult result={dryRun.data.dryRunTemplate} />}
      </div>
    </section>
  );
}
