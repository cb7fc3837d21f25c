// The wizard of a template: its pages in the order of the file, a review, then a task.
import { Alert, Button, Checkbox, Group, Stepper, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { PencilRuler, SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useOperation } from '../../api/hooks';
import { isObject } from '../../api/operation';
import { Card } from '../../components/Card';
import { EntityLink, PageButton, PageLink } from '../../components/links';
import { FailedPage } from '../../components/FailedPage';
import { PageHeader } from '../../components/PageHeader';
import { ProblemList } from '../../components/ProblemList';
import { EmptyState, RowsSkeleton } from '../../components/states';
import { SecretsContext } from '../../forms/secrets';
import { TemplateForm } from '../../forms/TemplateForm';
import { EarlierAnswers, Wizard, type EarlierAnswersQuery, type WizardQuery } from '../../gql/operations';
import { globalId } from '../../ids';
import { refOf } from '../../refs';
import { strings } from '../../strings';
import { pagesOf, type TemplatePage as Page } from '../../forms/pages';
import { formsWords } from '../../forms/strings';
import { Review } from './Review';
import { words } from './strings';
import { useWizard } from './useWizard';
import classes from './WizardPage.module.css';

type TemplateEntity = Extract<NonNullable<WizardQuery['entity']>, { parameterPages: unknown }>;
type Earlier = NonNullable<EarlierAnswersQuery['task']>;

const route = getRouteApi('/shell/create/$namespace/$name');

export function WizardPage() {
  const params = route.useParams();
  const ref = refOf({ ...params, kind: 'template' });
  const search = route.useSearch();
  const answer = useOperation(Wizard, { ref }, { staleTime: Infinity });
  const earlierId = search.retry ?? search.from;
  const earlier = useOperation(EarlierAnswers, { id: globalId('PortalTask', earlierId ?? '') }, { enabled: earlierId !== undefined });
  const entity = answer.data?.entity;
  const error = answer.error ?? earlier.error;
  if (error) return <FailedPage title={params.name} eyebrow={<Eyebrow />} error={error} retry={answer.error ? answer.refetch : earlier.refetch} />;
  if (answer.isPending || (earlierId !== undefined && earlier.isPending)) {
    return (
      <>
        <PageHeader title={params.name} eyebrow={<Eyebrow />} />
        <Card>
          <RowsSkeleton rows={6} height={30} />
        </Card>
      </>
    );
  }
  if (!entity || !('parameterPages' in entity)) {
    return (
      <>
        <PageHeader title={params.name} eyebrow={<Eyebrow />} />
        <Card>
          <EmptyState
            icon={SearchX}
            title={words.missing}
            action={
              <PageButton to="/create" variant="default">
                {words.others}
              </PageButton>
            }
          >
            {strings.entity.missingHint(ref)}
          </EmptyState>
        </Card>
      </>
    );
  }
  const task = earlier.data?.task?.templateRef === entity.ref ? earlier.data.task : null;
  return <Steps key={`${entity.ref} ${earlierId ?? ''}`} template={entity} earlier={task} retries={search.retry !== undefined} given={objectIn(search.formData)} />;
}

function objectIn(text: string | undefined): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function Eyebrow() {
  return <PageLink to="/create">{strings.nav.create}</PageLink>;
}

interface StepsProps {
  template: TemplateEntity;
  /** The task whose answers are there to begin with. */
  earlier: Earlier | null;
  retries: boolean;
  /** Answers that the address brings. */
  given: Record<string, unknown> | null;
}

function Steps({ template, earlier, retries, given }: StepsProps) {
  const pages = useMemo(
    () => pagesOf(template.parameterPages, template.secretsSchema, retries ? (earlier?.secretNames ?? []) : []),
    [template, earlier, retries],
  );
  const before = earlier && isObject(earlier.parameters) ? earlier.parameters : null;
  const wizard = useWizard({
    templateRef: template.ref,
    pages,
    answers: before ?? given,
    retryId: retries && earlier?.canRetry ? earlier.id : null,
  });
  const labels = buttonLabels(template.buttonLabels);
  const page = pages[wizard.step]; // none after the last: the review

  return (
    <SecretsContext.Provider value={wizard.secrets}>
      <PageHeader
        title={template.displayName}
        eyebrow={<Eyebrow />}
        description={<Description template={template} />}
        actions={
          <PageButton to="/create/editor" search={{ template: `${template.namespace}/${template.name}` }} variant="default" leftSection={<PencilRuler size={16} aria-hidden />}>
            {words.inEditor}
          </PageButton>
        }
      />
      <div className={classes.body}>
        {template.problems.length > 0 && (
          <Alert color="orange" variant="light" title={words.problems}>
            <ProblemList problems={template.problems} />
          </Alert>
        )}
        {retries && earlier?.canRetry && <Alert variant="light">{words.retrying}</Alert>}
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {words.step(wizard.step + 1, pages.length + 1)}
        </Text>
        <Stepper active={wizard.step} onStepClick={wizard.goTo} size="sm" iconSize={30} className={classes.stepper} visibleFrom="sm" allowNextStepsSelect={false}>
          {pages.map((one, index) => (
            <Stepper.Step key={index} label={one.title ?? formsWords.page(index + 1)} />
          ))}
          <Stepper.Step label={words.review} />
        </Stepper>
        {wizard.general.length > 0 && (
          <Alert color="red" variant="light" title={words.refused} role="alert">
            {wizard.general.map((message) => (
              <Text key={message} size="sm">
                {message}
              </Text>
            ))}
          </Alert>
        )}
        {!page ? (
          <LastStep template={template} pages={pages} wizard={wizard} labels={labels} retries={retries && Boolean(earlier?.canRetry)} />
        ) : (
          <PageCard page={page}>
            <TemplateForm
              key={wizard.step}
              page={page}
              values={wizard.values[wizard.step] ?? {}}
              problems={wizard.problems[wizard.step] ?? {}}
              onChange={wizard.change}
              onSubmit={wizard.next}
            >
              <Group mt="xl">
                {wizard.step > 0 && (
                  <Button variant="default" onClick={() => wizard.goTo(wizard.step - 1)}>
                    {labels.back}
                  </Button>
                )}
                <Button type="submit" ml="auto" loading={wizard.checking}>
                  {wizard.step === pages.length - 1 ? labels.review : words.next}
                </Button>
              </Group>
            </TemplateForm>
          </PageCard>
        )}
      </div>
    </SecretsContext.Provider>
  );
}

function Description({ template }: { template: TemplateEntity }) {
  return (
    <>
      {template.description}
      {template.owner && (
        <div className={classes.owner}>
          {words.from} <EntityLink refText={template.owner.ref} label={template.owner.displayName} />
        </div>
      )}
    </>
  );
}

interface LastProps {
  template: TemplateEntity;
  pages: Page[];
  wizard: ReturnType<typeof useWizard>;
  labels: ReturnType<typeof buttonLabels>;
  retries: boolean;
}

function LastStep({ template, pages, wizard, labels, retries }: LastProps) {
  const [planFirst, setPlanFirst] = useState(false);
  return (
    <Card title={words.review}>
      <Review pages={pages} values={wizard.values} edit={wizard.goTo} />
      {template.approval ? (
        <Text size="sm" c="dimmed" mt="lg">
          {words.needsApproval}
        </Text>
      ) : (
        !retries && (
          <Checkbox
            mt="lg"
            label={words.planFirst}
            description={words.planFirstHint}
            checked={planFirst}
            onChange={(event) => setPlanFirst(event.currentTarget.checked)}
          />
        )
      )}
      <Group mt="xl">
        {pages.length > 0 && (
          <Button variant="default" onClick={() => wizard.goTo(pages.length - 1)}>
            {labels.back}
          </Button>
        )}
        <Button ml="auto" onClick={() => wizard.run(planFirst)} loading={wizard.running}>
          {retries ? words.retry : labels.create}
        </Button>
      </Group>
    </Card>
  );
}

function PageCard({ page, children }: { page: Page; children: React.ReactNode }) {
  return (
    <Card title={page.title ?? undefined}>
      {page.description && (
        <Text size="sm" c="dimmed" mb="lg">
          {page.description}
        </Text>
      )}
      {children}
    </Card>
  );
}

function buttonLabels(labels: unknown) {
  const given = isObject(labels) ? labels : {};
  const pick = (key: string, fallback: string) => (typeof given[key] === 'string' && given[key] ? given[key] : fallback);
  return {
    back: pick('backButtonText', strings.back),
    review: pick('reviewButtonText', words.toReview),
    create: pick('createButtonText', words.create),
  };
}
