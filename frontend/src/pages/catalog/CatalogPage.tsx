// The catalog: everything there is, found by kind, filter and words; its whole state is in the address.
import { ActionIcon, Button, Drawer, Group, SegmentedControl, Select, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { CirclePlus, Download, ListChecks, PackageOpen, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
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
import { ALL_KINDS, columnsOf, defaultColumns } from './columns';
import { ChooseAll } from './ChooseAll';
import { ColumnsMenu } from './ColumnsMenu';
import { ExportMenu } from './ExportMenu';
import { Filters } from './Filters';
import { Pager } from './Pager';
import { kindOf, kindParam, sizeOf, variablesOf, type CatalogSearch } from './search';
import { useSelection } from './selection';
import { ChosenCount, SelectionBar } from './SelectionBar';
import { words } from './strings';
import { ViewsMenu } from './ViewsMenu';

const route = getRouteApi('/shell/catalog');

export function CatalogPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [drawerOpen, drawer] = useDisclosure(false);
  const [choosing, setChoosing] = useState(false);
  const kind = kindOf(search);
  const columns = columnsOf(kind, search.columns);
  const kindLabels = useKindLabels();

  const answer = useOperation(Catalog, variablesOf(search), { keepPrevious: true });
  const page = answer.data?.entities;
  const selection = useSelection(page?.nodes ?? []);
  const { filter, search: asked } = variablesOf(search);
  const values = useOperation(CatalogFacets, { filter, search: asked }, { enabled: page !== undefined && !answer.isStale, keepPrevious: true });
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
  const title = kind === ALL_KINDS ? words.allKinds : kindLabels(kind).many;

  return (
    <>
      <PageHeader
        title={words.title}
        actions={
          <>
            <ViewsMenu search={search} />
            <PageButton to="/create" leftSection={<CirclePlus size={16} aria-hidden />}>
              {strings.nav.create}
            </PageButton>
          </>
        }
      />
      <div className={classes.toolbar}>
        <Select
          aria-label={words.kind}
          className={classes.kind}
          allowDeselect={false}
          value={kind}
          onChange={(value) => change({ kind: kindParam(value ?? ALL_KINDS), type: undefined, columns: undefined })}
          data={kindOptions(kindBuckets, kind, (name) => kindLabels(name).many)}
        />
        <SearchField
          value={search.search ?? ''}
          onChange={(value) => change({ search: value || undefined })}
          placeholder={words.searchPlaceholder}
          className={classes.search ?? ''}
        />
        <SegmentedControl
          className={classes.scope ?? ''}
          value={search.scope ?? 'all'}
          onChange={(value) => change({ scope: value === 'all' ? undefined : (value) })}
          data={[
            { value: 'all', label: words.scopeAll },
            { value: 'owned', label: words.scopeOwned },
            { value: 'favourite', label: words.scopeFavourite },
          ]}
          aria-label={words.scope}
        />
        <Button
          hiddenFrom="md"
          variant="default"
          leftSection={<SlidersHorizontal size={16} aria-hidden />}
          onClick={drawer.open}
        >
          {words.filters}
        </Button>
      </div>

      <div className={classes.columns}>
        <aside className={classes.rail} aria-label={words.filters}>
          {filters}
        </aside>
        <div className={classes.results}>
          <ActiveFilters search={search} facets={facets} change={change} />
          {answer.error ? (
            <ErrorState error={answer.error} retry={answer.refetch} />
          ) : (
            <Card
              flush
              sticky={selection.rows.length > 0}
              title={selection.rows.length > 0 ? <ChosenCount selection={selection} shown={page?.nodes ?? []} /> : title}
              count={selection.rows.length > 0 ? undefined : total === undefined ? '\u00a0' : formatNumber(total)}
              actions={
                selection.rows.length > 0 ? (
                  <SelectionBar selection={selection} search={search} />
                ) : (
                  <>
                    {phone ? (
                      <ActionIcon variant={choosing ? 'light' : 'subtle'} color="gray" aria-label={words.chooseStart} aria-pressed={choosing} onClick={() => setChoosing(!choosing)}>
                        <ListChecks size={16} aria-hidden />
                      </ActionIcon>
                    ) : (
                      <ColumnsMenu search={search} change={change} />
                    )}
                    <ExportMenu search={search}>
                      <ActionIcon variant="subtle" color="gray" aria-label={words.export} title={words.export}>
                        <Download size={16} aria-hidden />
                      </ActionIcon>
                    </ExportMenu>
                  </>
                )
              }
            >
              <div onKeyDown={selection.press} className={answer.isStale ? classes.stale : undefined} aria-busy={answer.isPending || answer.isStale}>
                {page && (choosing || selection.rows.length > 0) && (
                  <ChooseAll selection={selection} search={search} shown={page.nodes} total={page.totalCount} offerPage={phone} />
                )}
                {page?.nodes.length === 0 ? (
                  <NothingFound change={change} search={search} />
                ) : phone ? (
                  <CatalogCards rows={page?.nodes} selection={choosing || selection.rows.length > 0 ? selection : undefined} />
                ) : (
                  <CatalogTable
                    rows={page?.nodes}
                    kind={kind}
                    columns={columns}
                    chosen={columns.join() !== defaultColumns(kind).join()}
                    sort={search.sort}
                    onSort={(sort) => change({ sort })}
                    selection={selection}
                  />
                )}
              </div>
            </Card>
          )}
          {page && page.nodes.length > 0 && (
            <Group justify="space-between" mt="md">
              <Text size="sm" c="dimmed" aria-live="polite">
                {words.shown(page.nodes.length, page.totalCount)}
              </Text>
              <Pager pageInfo={page.pageInfo} size={sizeOf(search)} />
            </Group>
          )}
        </div>
      </div>

      <Drawer opened={drawerOpen} onClose={drawer.close} title={words.filters} position="right" size={320}>
        {filters}
        <Button fullWidth mt="lg" onClick={drawer.close}>
          {words.show(total ?? 0)}
        </Button>
      </Drawer>
    </>
  );
}

function NothingFound({ search, change }: { search: CatalogSearch; change: (changes: Partial<CatalogSearch>) => void }) {
  const filtered = Object.keys(search).some((key) => !['kind', 'sort', 'size', 'columns', 'view'].includes(key));
  const clear: Partial<CatalogSearch> = {
    search: undefined, type: undefined, lifecycle: undefined, owner: undefined, tag: undefined, namespace: undefined,
    scope: undefined, state: undefined,
  };
  if (filtered) {
    return (
      <EmptyState
        icon={PackageOpen}
        title={words.nothingMatches}
        action={
          <Button variant="default" onClick={() => change(clear)}>
            {strings.clearFilters}
          </Button>
        }
      >
        {words.nothingMatchesHint}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={PackageOpen}
      title={words.nothingHere}
      action={
        <PageButton to="/register" variant="default">
          {strings.nav.register}
        </PageButton>
      }
    >
      {words.nothingHereHint}
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
  const allLabel = buckets.length > 0 ? `${words.allKinds} (${formatNumber(all)})` : words.allKinds;
  return [{ value: ALL_KINDS, label: allLabel }, ...kinds];
}
