// The templates: what can be made here, each a card that says what one gets and from whom.
import { SegmentedControl, Select, SimpleGrid, Skeleton, Text, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { BookOpen, LayoutTemplate, PencilRuler } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { PageButton } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { SearchField } from '../../components/SearchField';
import { EmptyState, ErrorState } from '../../components/states';
import { Create, RecentTemplates, type CreateQuery, type TemplateCardFragment } from '../../gql/operations';
import { strings } from '../../strings';
import { words } from './strings';
import classes from './CreatePage.module.css';
import { SCOPES, toTemplateFilter, type CreateSearch } from './search';
import { TemplateCard } from './TemplateCard';

const RECOMMENDED = 'recommended';
const MOST_RECENT = 3;

const route = getRouteApi('/shell/create');

export function CreatePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = toTemplateFilter(search);
  const answer = useOperation(
    Create,
    { filter, facetFilter: { ...filter, kind: ['Template'] }, search: search.search ?? null },
    { keepPrevious: true },
  );
  const whole = Object.keys(search).length === 0;
  const used = useOperation(RecentTemplates, {}, { enabled: whole });
  const templates = whole && used.isPending ? undefined : answer.data?.templates;
  const change = (changes: Partial<CreateSearch>) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });

  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          <>
            <PageButton to="/create/editor" variant="default" leftSection={<PencilRuler size={16} aria-hidden />}>
              {words.editor}
            </PageButton>
            <PageButton to="/create/actions" variant="default" leftSection={<BookOpen size={16} aria-hidden />}>
              {words.actions}
            </PageButton>
          </>
        }
      />
      <div className={classes.toolbar}>
        <SegmentedControl
          aria-label={words.scope}
          value={SCOPES.find((one) => one === search.scope) ?? 'all'}
          onChange={(scope) => change({ scope: scope === 'all' ? undefined : scope })}
          data={SCOPES.map((value) => ({ value, label: words.scopes[value] }))}
        />
        <SearchField
          value={search.search ?? ''}
          onChange={(value) => change({ search: value || undefined })}
          placeholder={words.searchPlaceholder}
          className={classes.search ?? ''}
        />
        {(['type', 'tag', 'owner'] as const).map((key) => (
          <Select
            key={key}
            className={classes.filter}
            aria-label={words.filters[key]}
            placeholder={words.filters[key]}
            clearable
            searchable
            value={search[key] ?? null}
            onChange={(value) => change({ [key]: value ?? undefined })}
            data={optionsOf(answer.data, key === 'tag' ? 'tags' : key, search[key])}
          />
        ))}
      </div>
      {answer.error ? (
        <ErrorState error={answer.error} retry={answer.refetch} />
      ) : templates?.nodes.length === 0 ? (
        <Card>
          <EmptyState
            icon={LayoutTemplate}
            title={Object.keys(search).length > 0 ? words.noneMatch : words.none}
            action={
              Object.keys(search).length > 0 ? (
                <PageButton to="/create" search={{}} variant="default">
                  {strings.clearFilters}
                </PageButton>
              ) : (
                <PageButton to="/register" variant="default">
                  {strings.nav.register}
                </PageButton>
              )
            }
          >
            {words.noneHint}
          </EmptyState>
        </Card>
      ) : (
        <>
          {templates ? (
            <Sections templates={templates.nodes} broken={answer.data?.brokenTemplates ?? []} used={whole ? (used.data?.tasks.nodes ?? []) : null} />
          ) : (
            <Grid>
              {Array.from({ length: 3 }, (_, index) => (
                <Skeleton key={index} height={190} radius="md" component="li" />
              ))}
            </Grid>
          )}
          {templates && templates.totalCount > templates.nodes.length && (
            <Text size="sm" c="dimmed" mt="md">
              {words.cut(templates.nodes.length, templates.totalCount)}
            </Text>
          )}
        </>
      )}
    </>
  );
}

interface SectionsProps {
  templates: TemplateCardFragment[];
  broken: CreateQuery['brokenTemplates'];
  /** The last runs, where nothing is filtered: what is recommended and what one used last come first. */
  used: { templateRef: string }[] | null;
}

function Sections({ templates, broken, used }: SectionsProps) {
  const recent = [...new Set((used ?? []).map((task) => task.templateRef))]
    .map((ref) => templates.find((template) => template.ref === ref))
    .filter((template) => template !== undefined)
    .slice(0, MOST_RECENT);
  const recommended = templates.filter((template) => template.tags.includes(RECOMMENDED) && !recent.includes(template));
  const others = templates.filter((template) => !recent.includes(template) && !recommended.includes(template));
  const reasons = (ref: string) => broken.find((one) => one.ref === ref)?.problems.map((problem) => problem.message) ?? [];
  const cards = (shown: TemplateCardFragment[]) => (
    <Grid>
      {shown.map((template) => (
        <TemplateCard key={template.ref} template={template} reasons={reasons(template.ref)} />
      ))}
    </Grid>
  );
  if (!used || (recent.length === 0 && recommended.length === 0)) return cards(templates);
  const sections = [
    { title: words.recent, shown: recent },
    { title: words.recommended, shown: recommended },
    { title: words.others, shown: others },
  ];
  return sections
    .filter(({ shown }) => shown.length > 0)
    .map(({ title, shown }) => (
      <section key={title} className={classes.section} aria-label={title}>
        <Title order={2}>{title}</Title>
        {cards(shown)}
      </section>
    ));
}

function Grid({ children }: { children: React.ReactNode }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg" component="ul" className={classes.grid ?? ''}>
      {children}
    </SimpleGrid>
  );
}

function optionsOf(data: CreateQuery | undefined, key: string, chosen: string | undefined) {
  const buckets = data?.entityFacets.find((facet) => facet.key === key)?.buckets ?? [];
  const options = buckets.map(({ value, label }) => ({ value, label }));
  if (chosen && !options.some((option) => option.value === chosen)) options.push({ value: chosen, label: chosen });
  return options;
}
