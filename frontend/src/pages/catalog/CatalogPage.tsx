// The catalog: everything there is, found by kind, filter and words; its whole state is in the address.
import { Button, Drawer, Group, SegmentedControl, Select, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { CirclePlus, PackageOpen, SlidersHorizontal } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { PageButton } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { SearchField } from '../../components/SearchField';
import { EmptyState, ErrorState } from '../../components/states';
import { formatNumber } from '../../format';
import { Catalog, CatalogFacets } from '../../gql/operations';
import { useKindLabels } from '../../layout/useShell';
import { strings } from '../../strings';
import { ActiveFilters } from './ActiveFilters';
import classes from './CatalogPage.module.css';
import { CatalogCards } from './CatalogCards';
import { CatalogTable } from './CatalogTable';
import { ExportMenu } from './ExportMenu';
import { Filters } from './Filters';
import { Pager } from './Pager';
import { ALL_KINDS, kindOf, kindParam, sizeOf, variablesOf, type CatalogSearch } from './search';

const route = getRouteApi('/shell/catalog');

export function CatalogPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [drawerOpen, drawer] = useDisclosure(false);
  const kind = kindOf(search);
  const kindLabels = useKindLabels();

  const answer = useOperation(Catalog, variablesOf(search), { keepPrevious: true });
  const page = answer.data?.entities;
  const { filter, search: words } = variablesOf(search);
  const values = useOperation(CatalogFacets, { filter, search: words }, { enabled: page !== undefined && !answer.isStale, keepPrevious: true });
  const facets = values.data?.entityFacets ?? [];
  const kindBuckets = facets.find((facet) => facet.key === 'kind')?.buckets ?? [];

  /** Every change of a filter starts again at the first page. */
  function change(changes: Partial<CatalogSearch>) {
    void navigate({ search: (before) => ({ ...before, after: undefined, ...changes }), replace: 'search' in changes });
  }

  const filters = values.error ? (
    <ErrorState error={values.error} retry={values.refetch} />
  ) : (
    <Filters facets={facets} search={search} change={change} loading={values.isPending} />
  );
  const total = page?.totalCount;
  const title = kind === ALL_KINDS ? strings.catalog.allKinds : kindLabels(kind).many;

  return (
    <>
      <PageHeader
        title={strings.catalog.title}
        actions={
          <PageButton to="/create" leftSection={<CirclePlus size={16} aria-hidden />}>
            {strings.nav.create}
          </PageButton>
        }
      />
      <div className={classes.toolbar}>
        <Select
          aria-label={strings.catalog.kind}
          className={classes.kind}
          allowDeselect={false}
          value={kind}
          onChange={(value) => change({ kind: kindParam(value ?? ALL_KINDS), type: undefined })}
          data={kindOptions(kindBuckets, kind, (name) => kindLabels(name).many)}
        />
        <SearchField
          value={search.search ?? ''}
          onChange={(value) => change({ search: value || undefined })}
          placeholder={strings.catalog.searchPlaceholder}
          className={classes.search ?? ''}
        />
        <SegmentedControl
          className={classes.scope ?? ''}
          value={search.scope ?? 'all'}
          onChange={(value) => change({ scope: value === 'all' ? undefined : (value) })}
          data={[
            { value: 'all', label: strings.catalog.scopeAll },
            { value: 'owned', label: strings.catalog.scopeOwned },
            { value: 'favourite', label: strings.catalog.scopeFavourite },
          ]}
          aria-label={strings.catalog.scope}
        />
        <Button
          hiddenFrom="md"
          variant="default"
          leftSection={<SlidersHorizontal size={16} aria-hidden />}
          onClick={drawer.open}
        >
          {strings.catalog.filters}
        </Button>
      </div>

      <div className={classes.columns}>
        <aside className={classes.rail} aria-label={strings.catalog.filters}>
          {filters}
        </aside>
        <div className={classes.results}>
          <ActiveFilters search={search} facets={facets} change={change} />
          {answer.error ? (
            <ErrorState error={answer.error} retry={answer.refetch} />
          ) : (
            <Card
              flush
              title={title}
              count={total === undefined ? '\u00a0' : formatNumber(total)}
              actions={<ExportMenu search={search} />}
            >
              <div className={answer.isStale ? classes.stale : undefined} aria-busy={answer.isPending || answer.isStale}>
                {page?.nodes.length === 0 ? (
                  <NothingFound change={change} search={search} />
                ) : phone ? (
                  <CatalogCards rows={page?.nodes} />
                ) : (
                  <CatalogTable rows={page?.nodes} kind={kind} sort={search.sort} onSort={(sort) => change({ sort })} />
                )}
              </div>
            </Card>
          )}
          {page && page.nodes.length > 0 && (
            <Group justify="space-between" mt="md">
              <Text size="sm" c="dimmed" aria-live="polite">
                {strings.catalog.shown(page.nodes.length, page.totalCount)}
              </Text>
              <Pager pageInfo={page.pageInfo} size={sizeOf(search)} />
            </Group>
          )}
        </div>
      </div>

      <Drawer opened={drawerOpen} onClose={drawer.close} title={strings.catalog.filters} position="right" size={320}>
        {filters}
        <Button fullWidth mt="lg" onClick={drawer.close}>
          {strings.catalog.show(total ?? 0)}
        </Button>
      </Drawer>
    </>
  );
}

function NothingFound({ search, change }: { search: CatalogSearch; change: (changes: Partial<CatalogSearch>) => void }) {
  const filtered = Object.keys(search).some((key) => !['kind', 'sort', 'size'].includes(key));
  const clear: Partial<CatalogSearch> = {
    search: undefined, type: undefined, lifecycle: undefined, owner: undefined, tag: undefined, namespace: undefined,
    scope: undefined, state: undefined,
  };
  if (filtered) {
    return (
      <EmptyState
        icon={PackageOpen}
        title={strings.catalog.nothingMatches}
        action={
          <Button variant="default" onClick={() => change(clear)}>
            {strings.catalog.clearFilters}
          </Button>
        }
      >
        {strings.catalog.nothingMatchesHint}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={PackageOpen}
      title={strings.catalog.nothingHere}
      action={
        <PageButton to="/register" variant="default">
          {strings.nav.register}
        </PageButton>
      }
    >
      {strings.catalog.nothingHereHint}
    </EmptyState>
  );
}

function kindOptions(buckets: { value: string; count: number }[], chosen: string, label: (kind: string) => string) {
  const all = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const kinds = buckets
    .map((bucket) => ({ value: bucket.value.toLowerCase(), label: `${label(bucket.value)} (${formatNumber(bucket.count)})` }))
    .sort((a, b) => a.label.localeCompare(b.label));
  if (chosen !== ALL_KINDS && !kinds.some((option) => option.value === chosen)) {
    kinds.push({ value: chosen, label: label(chosen) });
  }
  const allLabel = buckets.length > 0 ? `${strings.catalog.allKinds} (${formatNumber(all)})` : strings.catalog.allKinds;
  return [{ value: ALL_KINDS, label: allLabel }, ...kinds];
}
