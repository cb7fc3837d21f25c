// Everything the words lead to, best first: entities, documentation, templates.
import { Checkbox } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { FileText, Search, SearchX } from 'lucide-react';
import { Card } from '../../components/Card';
import { EntityIcon } from '../../components/EntityIcon';
import { PageLink } from '../../components/links';
import { MoreButton, useGrowingList } from '../../components/MoreList';
import { PageHeader } from '../../components/PageHeader';
import { MarkedText } from '../../components/SafeHtml';
import { SearchField } from '../../components/SearchField';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { SearchPage as SearchPageOperation, type SearchPageQuery } from '../../gql/operations';
import { useKindLabels } from '../../layout/useShell';
import { shortRef } from '../../refs';
import type { ResultSearch } from './search';
import classes from './SearchPage.module.css';
import { words } from './strings';

const route = getRouteApi('/shell/search');

type Result = SearchPageQuery['search']['nodes'][number];
type Buckets = SearchPageQuery['search']['facets'][number]['buckets'];

export function SearchPage() {
  const { query = '', type = [], kind = [] } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: ResultSearch) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: 'query' in changes });
  return (
    <>
      <PageHeader title={words.title} />
      <SearchField
        value={query}
        onChange={(value) => change({ query: value || undefined })}
        placeholder={words.placeholder}
        className={classes.field ?? ''}
        autoFocus
      />
      {query === '' ? (
        <Card>
          <EmptyState icon={Search} title={words.start}>
            {words.startHint}
          </EmptyState>
        </Card>
      ) : (
        <Results query={query} types={type} kinds={kind} change={change} />
      )}
    </>
  );
}

interface ResultsProps {
  query: string;
  types: string[];
  kinds: string[];
  change: (changes: ResultSearch) => void;
}

function Results({ query, types, kinds, change }: ResultsProps) {
  const list = useGrowingList(SearchPageOperation, { query, types: orNull(types), kinds: orNull(kinds) }, (data) => data.search, {
    pageSize: 20,
    keepPrevious: true,
  });
  if (list.error) return <ErrorState error={list.error} retry={list.refetch} />;
  const facets = list.first?.facets ?? [];
  const bucketsOf = (key: string) => facets.find((facet) => facet.key === key)?.buckets ?? [];
  return (
    <div className={classes.columns}>
      <aside className={classes.rail} aria-label={words.filters} data-arriving={list.isPending}>
        <Facet title={words.types} buckets={bucketsOf('types')} chosen={types} onChange={(type) => change({ type })} />
        {/* Without documents the kinds say what the types say. */}
        {(kinds.length > 0 || bucketsOf('types').some(({ value }) => value === 'docs')) && (
        <Facet title={words.kinds} buckets={bucketsOf('kinds')} chosen={kinds} onChange={(kind) => change({ kind })} />
        )}
      </aside>
      <Card flush title={words.results} count={list.isPending ? '\u00a0' : words.count(list.totalCount)}>
        <div className={list.isStale ? classes.stale : undefined} aria-busy={list.isPending || list.isStale}>
          {list.isPending ? (
            <div className={classes.loading}>
              <RowsSkeleton rows={6} height={38} />
            </div>
          ) : list.nodes.length === 0 ? (
            <EmptyState icon={SearchX} title={words.none(query)}>
              {words.noneHint}
            </EmptyState>
          ) : (
            <ol className={classes.list}>
              {list.nodes.map((result) => (
                <ResultItem key={`${result.type} ${result.href}`} result={result} />
              ))}
            </ol>
          )}
          <MoreButton list={list} />
        </div>
      </Card>
    </div>
  );
}

const orNull = (values: string[]): string[] | null => (values.length > 0 ? values : null);

interface FacetProps {
  title: string;
  buckets: Buckets;
  chosen: string[];
  onChange: (values: string[] | undefined) => void;
}

function Facet({ title, buckets, chosen, onChange }: FacetProps) {
  const kindLabels = useKindLabels();
  const has = (value: string) => chosen.some((one) => one.toLowerCase() === value.toLowerCase());
  const missing = chosen.filter((one) => !buckets.some(({ value }) => value.toLowerCase() === one.toLowerCase()));
  const all = [...buckets, ...missing.map((value) => ({ value, label: value, count: 0 }))];
  if (all.length < 2 && chosen.length === 0) return null;
  function toggle(value: string, on: boolean) {
    const values = on ? [...chosen, value] : chosen.filter((one) => one.toLowerCase() !== value.toLowerCase());
    onChange(values.length > 0 ? values : undefined);
  }
  return (
    <fieldset className={classes.facet}>
      <legend>{title}</legend>
      {all.map(({ value, label, count }) => (
        <label key={value} className={classes.row}>
          <Checkbox size="xs" checked={has(value)} onChange={(event) => toggle(value, event.currentTarget.checked)} />
          <span>{value === 'docs' ? words.docs : label === value ? kindLabels(value).many : label}</span>
          <span className={classes.count}>{words.count(count)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function ResultItem({ result }: { result: Result }) {
  const kindLabels = useKindLabels();
  const { entity } = result;
  const own = entity !== null && result.type.toLowerCase() === entity.kind.toLowerCase();
  const owner = entity?.owner?.displayName ?? (entity?.ownerRef ? shortRef(entity.ownerRef) : null);
  const facts = own
    ? [kindLabels(entity.kind).one, entity.type, owner && `${words.ownedBy} ${owner}`]
    : [result.type === 'docs' ? words.docs : result.type, entity && `${words.of} ${entity.displayName}`];
  return (
    <li className={classes.item}>
      {own ? <EntityIcon kind={entity.kind} type={entity.type} size={18} /> : <FileText size={18} strokeWidth={1.75} aria-hidden />}
      <div className={classes.words}>
        <PageLink to={result.href} className={classes.name ?? ''}>
          <MarkedText html={result.titleHighlight} />
        </PageLink>
        <span className={classes.facts}>{facts.filter((fact) => fact).join(' · ')}</span>
        {result.highlight && (
          <p className={classes.snippet}>
            <MarkedText html={result.highlight} />
          </p>
        )}
      </div>
    </li>
  );
}
