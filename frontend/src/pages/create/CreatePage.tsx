// The templates: what can be made here, each a card that says what one gets and from whom.
import { Select, SimpleGrid, Skeleton, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { LayoutTemplate } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { FavouriteStar } from '../../components/FavouriteStar';
import { EntityLink, PageButton, PageLink } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { SearchField } from '../../components/SearchField';
import { EmptyState, ErrorState } from '../../components/states';
import { Tags } from '../../components/Tags';
import { Create, type CreateQuery } from '../../gql/operations';
import { strings } from '../../strings';
import { words } from './strings';
import classes from './CreatePage.module.css';
import { toTemplateFilter, type CreateSearch } from './search';

type Template = CreateQuery['templates']['nodes'][number];

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
  const templates = answer.data?.templates;
  const change = (changes: Partial<CreateSearch>) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });

  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      <div className={classes.toolbar}>
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
                  {strings.catalog.clearFilters}
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
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg" component="ul" className={classes.grid}>
            {templates
              ? templates.nodes.map((template) => <TemplateCard key={template.ref} template={template} />)
              : Array.from({ length: 3 }, (_, index) => <Skeleton key={index} height={190} radius="md" component="li" />)}
          </SimpleGrid>
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

function optionsOf(data: CreateQuery | undefined, key: string, chosen: string | undefined) {
  const buckets = data?.entityFacets.find((facet) => facet.key === key)?.buckets ?? [];
  const options = buckets.map(({ value, label }) => ({ value, label }));
  if (chosen && !options.some((option) => option.value === chosen)) options.push({ value: chosen, label: chosen });
  return options;
}

function TemplateCard({ template }: { template: Template }) {
  const params = { namespace: template.namespace, name: template.name };
  return (
    <li className={classes.card}>
      <div className={classes.head}>
        <span className={classes.type}>{template.type ?? words.template}</span>
        <FavouriteStar size="sm" refText={template.ref} name={template.displayName} favourite={template.isFavourite} />
      </div>
      <PageLink to="/create/$namespace/$name" params={params} className={classes.title ?? ''}>
        {template.displayName}
      </PageLink>
      <p className={classes.description}>{template.description ?? words.noDescription}</p>
      <Tags tags={template.tags} max={4} />
      <div className={classes.foot}>
        <span className={classes.owner}>
          {template.owner ? (
            <EntityLink refText={template.owner.ref} label={template.owner.displayName} />
          ) : (
            template.ownerRef
          )}
        </span>
        <PageButton to="/create/$namespace/$name" params={params} size="xs" tabIndex={-1} aria-hidden>
          {words.choose}
        </PageButton>
      </div>
    </li>
  );
}
