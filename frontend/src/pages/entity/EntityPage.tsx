// One entity: what it is, whose it is, what it belongs to, and what plugins know about it.
import { Skeleton, Stack } from '@mantine/core';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useOperation } from '../../api/hooks';
import { pageOfEntity } from '../../blocks/arriving';
import { ArrivingTab } from '../../blocks/ArrivingPanel';
import { Card } from '../../components/Card';
import { FailedPage } from '../../components/FailedPage';
import { PageButton } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { ProblemList } from '../../components/ProblemList';
import { useRememberRef } from '../../components/recent';
import { EmptyState, RowsSkeleton } from '../../components/states';
import { EntityPage as EntityPageOperation } from '../../gql/operations';
import { useKindLabels } from '../../layout/useShell';
import { entityParams, refOf } from '../../refs';
import { strings } from '../../strings';
import { AccessTab } from './AccessTab';
import { DefinitionTab } from './DefinitionTab';
import { EntityHeader } from './EntityHeader';
import classes from './EntityPage.module.css';
import { HistoryTab } from './HistoryTab';
import { Overview } from './Overview';
import { SourceTab } from './SourceTab';
import { tabsOf, type EntityTab, type PageEntity } from './tabs';

const GraphTab = lazy(() => import('../graph/GraphTab').then((module) => ({ default: module.GraphTab })));

export function EntityPage() {
  const { namespace, kind, name, tab } = useParams({ strict: false });
  const ref = refOf({ namespace: namespace ?? '', kind: kind ?? '', name: name ?? '' });
  const answer = useOperation(EntityPageOperation, { ref });
  const entity = answer.data?.entity;
  useRememberRef(entity?.ref);

  if (answer.error) return <FailedPage title={name ?? ''} error={answer.error} retry={answer.refetch} />;
  if (answer.data && !entity) return <Missing kind={kind ?? ''} name={name ?? ''} refText={ref} />;
  if (!entity) return <Loading name={name ?? ''} />;

  const tabs = tabsOf(entity);
  const active = tabs.find((candidate) => candidate.slug === (tab ?? ''));
  return (
    <>
      <EntityHeader entity={entity} />
      <TabBar tabs={tabs} active={active?.slug} entity={entity} />
      {active ? <TabContent tab={active} entity={entity} /> : <NoTab entity={entity} />}
    </>
  );
}

/** The tab that is shown is in view, however many there are. */
function TabBar({ tabs, active, entity }: { tabs: EntityTab[]; active: string | undefined; entity: PageEntity }) {
  const params = { namespace: entity.namespace, kind: entity.kind.toLowerCase(), name: entity.name };
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [active]);
  return (
    <nav ref={bar} aria-label={strings.entity.tabs} className={classes.tabs}>
      {tabs.map((tab) => {
        const common = {
          key: tab.slug,
          className: classes.tab ?? '',
          activeProps: { className: classes.activeTab ?? '', 'aria-current': 'page' as const },
          activeOptions: { exact: true, includeSearch: false },
          resetScroll: false,
        };
        const words = (
          <>
            {tab.label}
            {tab.count !== undefined && <span className={classes.count}>{tab.count}</span>}
          </>
        );
        const { key, ...rest } = common;
        return tab.slug === '' ? (
          <Link key={key} to="/catalog/$namespace/$kind/$name" params={params} {...rest}>
            {words}
          </Link>
        ) : (
          <Link key={key} to="/catalog/$namespace/$kind/$name/$tab" params={{ ...params, tab: tab.slug }} {...rest}>
            {words}
          </Link>
        );
      })}
    </nav>
  );
}

function TabContent({ tab, entity }: { tab: EntityTab; entity: PageEntity }) {
  const given: Record<string, string> = useSearch({ strict: false });
  if (tab.panel) {
    return <ArrivingTab key={`${entity.ref} ${tab.panel.id}`} place={tab.panel} page={pageOfEntity(entity.ref, entity.kind, given)} />;
  }
  if (tab.slug === 'definition') return <DefinitionTab refText={entity.ref} type={entity.type} />;
  if (tab.slug === 'graph') {
    return (
      <Suspense fallback={<RowsSkeleton />}>
        <GraphTab refText={entity.ref} />
      </Suspense>
    );
  }
  if (tab.slug === 'problems') {
    return (
      <Card flush title={strings.entity.problems}>
        <ProblemList problems={entity.problems} />
      </Card>
    );
  }
  if (tab.slug === 'history') return <HistoryTab refText={entity.ref} />;
  if (tab.slug === 'access') return <AccessTab refText={entity.ref} />;
  if (tab.slug === 'source') return <SourceTab entity={entity} />;
  return <Overview entity={entity} />;
}

function NoTab({ entity }: { entity: PageEntity }) {
  return (
    <Card>
      <EmptyState
        icon={SearchX}
        title={strings.entity.noTab}
        action={
          <PageButton to="/catalog/$namespace/$kind/$name" params={entityParams(entity.ref)} variant="default">
            {strings.entity.overview}
          </PageButton>
        }
      >
        {strings.entity.noTabHint}
      </EmptyState>
    </Card>
  );
}

function Missing({ kind, name, refText }: { kind: string; name: string; refText: string }) {
  const kindLabel = useKindLabels()(kind).one;
  return (
    <>
      <PageHeader title={name} eyebrow={kindLabel} />
      <Card>
        <EmptyState
          icon={SearchX}
          title={strings.entity.missing}
          action={
            <PageButton to="/catalog" search={{ kind: 'all', search: name }} variant="default">
              {strings.entity.lookFor(name)}
            </PageButton>
          }
        >
          {strings.entity.missingHint(refText)}
        </EmptyState>
      </Card>
    </>
  );
}

function Loading({ name }: { name: string }) {
  return (
    <>
      <PageHeader title={name} eyebrow={<Skeleton height={14} width={140} my={3} />} description={<Skeleton height={14} width={260} my={3} />} />
      <div className={classes.tabs} aria-hidden>
        <Skeleton height={14} width={70} my={10} />
      </div>
      <Stack gap="lg">
        <Card>
          <RowsSkeleton rows={6} height={16} />
        </Card>
      </Stack>
    </>
  );
}
