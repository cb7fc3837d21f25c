// The wizard of a template: its pages in the order of the file, a review, then a task.
import { Alert, Button, Group, Stepper, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { useMemo } from 'react';
import { useOperation } from '../../api/hooks';
import { isObject } from '../../api/operation';
import { Card } from '../../components/Card';
import { EntityLink, PageButton, PageLink } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { ProblemList } from '../../components/ProblemList';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { splitPage } from '../../forms/schema';
import { TemplateForm } from '../../forms/TemplateForm';
import { Wizard, type WizardQuery } from '../../gql/operations';
import { refOf } from '../../refs';
import { strings } from '../../strings';
import { words } from './strings';
import { Review } from './Review';
import { useWizard } from './useWizard';
import classes from './WizardPage.module.css';

type TemplateEntity = Extract<NonNullable<WizardQuery['entity']>, { parameterPages: unknown }>;
type WrittenPage = TemplateEntity['parameterPages'][number];

const route = getRouteApi('/shell/create/$namespace/$name');

export function WizardPage() {
  const params = route.useParams();
  const ref = refOf({ ...params, kind: 'template' });
  const answer = useOperation(Wizard, { ref }, { staleTime: Infinity });
  const entity = answer.data?.entity;
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  if (answer.isPending) {
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
  return <Steps key={entity.ref} template={entity} />;
}

function Eyebrow() {
  return <PageLink to="/create">{strings.nav.create}</PageLink>;
}

function Steps({ template }: { template: TemplateEntity }) {
  const written = template.parameterPages;
  const pages = useMemo(() => written.map((page) => splitPage(page.schema)), [written]);
  const wizard = useWizard(template.ref, pages);
  const labels = buttonLabels(template.buttonLabels);
  const page = pages[wizard.step]; // none after the last: the review

  return (
    <>
      <PageHeader
        title={template.displayName}
        eyebrow={<Eyebrow />}
        description={
          <>
            {template.description}
            {template.owner && (
              <div className={classes.owner}>
                {words.from} <EntityLink refText={template.owner.ref} label={template.owner.displayName} />
              </div>
            )}
          </>
        }
      />
      <div className={classes.body}>
        {template.problems.length > 0 && (
          <Alert color="orange" variant="light" title={words.problems}>
            <ProblemList problems={template.problems} />
          </Alert>
        )}
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {words.step(wizard.step + 1, pages.length + 1)}
        </Text>
        <Stepper active={wizard.step} onStepClick={wizard.goBackTo} size="sm" iconSize={30} className={classes.stepper} visibleFrom="sm" allowNextStepsSelect={false}>
          {written.map((page, index) => (
            <Stepper.Step key={index} label={page.title ?? words.page(index + 1)} />
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
          <Card title={words.review}>
            <Review written={written} pages={pages} values={wizard.values} edit={wizard.goBackTo} />
            <Group justify="space-between" mt="xl">
              <Button variant="default" onClick={() => wizard.goBackTo(pages.length - 1)} disabled={pages.length === 0}>
                {labels.back}
              </Button>
              <Button onClick={wizard.run} loading={wizard.running}>
                {labels.create}
              </Button>
            </Group>
          </Card>
        ) : (
          <PageCard written={written[wizard.step]}>
            <TemplateForm
              key={wizard.step}
              page={page}
              values={wizard.values[wizard.step] ?? {}}
              problems={wizard.problems[wizard.step] ?? {}}
              onChange={wizard.change}
              onSubmit={wizard.next}
            >
              <Group justify="space-between" mt="xl">
                <Button variant="default" onClick={() => wizard.goBackTo(wizard.step - 1)} disabled={wizard.step === 0}>
                  {labels.back}
                </Button>
                <Button type="submit">{wizard.step === pages.length - 1 ? labels.review : words.next}</Button>
              </Group>
            </TemplateForm>
          </PageCard>
        )}
      </div>
    </>
  );
}

function PageCard({ written, children }: { written: WrittenPage | undefined; children: React.ReactNode }) {
  return (
    <Card title={written?.title ?? undefined}>
      {written?.description && (
        <Text size="sm" c="dimmed" mb="lg">
          {written.description}
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
