// What one team has: what it owns, what is wrong with it, and what plugins know of it; each part arrives by itself.
import { Group, Select, SimpleGrid, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { Users } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { useOperation, type Reading } from '../../api/hooks';
import { pageOfEntity, useTogether, type PageOfPanels } from '../../blocks/arriving';
import { ArrivingPanel } from '../../blocks/ArrivingPanel';
import { reservedHeight } from '../../blocks/heights';
import { Card } from '../../components/Card';
import { PageButton, PageLink } from '../../components/links';
import { FailedPage } from '../../components/FailedPage';
import { PageHeader } from '../../components/PageHeader';
import { ProblemList } from '../../components/ProblemList';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { formatNumber } from '../../format';
import { Team, TeamPanels, Teams, type PanelPlaceFragment, type TeamPanelsQuery, type TeamQuery } from '../../gql/operations';
import { useKindLabels } from '../../layout/useShell';
import { entityParams, shortRef } from '../../refs';
import { words } from './strings';
import classes from './TeamPage.module.css';

const route = getRouteApi('/shell/team');
const NONE: PanelPlaceFragment[] = [];

export function TeamPage() {
  const { group } = route.useSearch();
  const navigate = route.useNavigate();
  const teams = useOperation(Teams, {});
  const groups = teams.data?.viewer.groups ?? [];
  const ref = group ?? groups[0]?.ref;

  if (teams.error) return <FailedPage title={words.title} error={teams.error} retry={teams.refetch} />;
  if (ref === undefined) {
    return (
      <>
        <PageHeader title={words.title} />
        <Card>
          {teams.isPending ? (
            <RowsSkeleton />
          ) : (
            <EmptyState icon={Users} title={words.none}>
              {words.noneHint}
            </EmptyState>
          )}
        </Card>
      </>
    );
  }
  const chooser = groups.length > 1 && (
    <Select
      aria-label={words.choose}
      value={ref}
      data={groups.map((one) => ({ value: one.ref, label: one.displayName }))}
      onChange={(value) => value && void navigate({ search: { group: value } })}
      allowDeselect={false}
      w={180}
    />
  );
  return <OneTeam key={ref} refText={ref} chooser={chooser} />;
}

function OneTeam({ refText, chooser }: { refText: string; chooser: ReactNode }) {
  const answer = useOperation(Team, { ref: refText, owner: [refText] });
  // Asked for at the same time, drawn below when it is known how high the rest is: so nothing moves.
  const panels = useOperation(TeamPanels, { ref: refText });
  const { data } = answer;
  return (
    <>
      <PageHeader
        title={data?.entity?.displayName ?? shortRef(refText)}
        eyebrow={words.title}
        description={data?.entity?.description ?? '\u00a0'}
        actions={
          <Group gap="sm">
            {chooser}
            <PageButton to="/catalog/$namespace/$kind/$name" params={entityParams(refText)} variant="default">
              {words.page}
            </PageButton>
          </Group>
        }
      />
      {answer.error ? (
        <ErrorState error={answer.error} retry={answer.refetch} />
      ) : data ? (
        <Stack gap="lg">
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            <Owned refText={refText} facets={data.entityFacets} />
            <Problems refText={refText} problems={data.problems} />
          </SimpleGrid>
          <Panels answer={panels} refText={refText} />
        </Stack>
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Waiting />
          <Waiting />
        </SimpleGrid>
      )}
    </>
  );
}

function Owned({ refText, facets }: { refText: string; facets: TeamQuery['entityFacets'] }) {
  const labels = useKindLabels();
  const kinds = facets.find((facet) => facet.key === 'kind')?.buckets ?? [];
  return (
    <Card title={words.owns} count={formatNumber(kinds.reduce((sum, kind) => sum + kind.count, 0))}>
      {kinds.length === 0 ? (
        words.ownsNothing
      ) : (
        <ul className={classes.kinds}>
          {kinds.map((kind) => (
            <li key={kind.value}>
              <PageLink to="/catalog" search={{ kind: kind.value.toLowerCase(), owner: [refText] }}>
                {labels(kind.value).many}
              </PageLink>
              <span className={classes.count}>{formatNumber(kind.count)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Problems({ refText, problems }: { refText: string; problems: TeamQuery['problems'] }) {
  return (
    <Card
      flush
      title={words.problems}
      count={formatNumber(problems.totalCount)}
      actions={
        problems.totalCount > problems.nodes.length && (
          <PageLink small to="/problems" search={{ owner: refText }}>
            {words.allProblems}
          </PageLink>
        )
      }
    >
      {problems.nodes.length === 0 ? (
        <div className={classes.inner}>{words.noProblems}</div>
      ) : (
        <ProblemList problems={problems.nodes} />
      )}
    </Card>
  );
}

function Panels({ answer, refText }: { answer: Reading<TeamPanelsQuery>; refText: string }) {
  const entity = answer.data?.entity;
  const places = entity?.panelPlaces ?? NONE;
  const page = useTogether(pageOfEntity(refText, entity?.kind ?? ''), places);
  const columns = useColumns(places, page);
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" aria-busy={answer.isPending} aria-label={words.panels}>
      {answer.isPending ? (
        <>
          <Waiting />
          <Waiting />
        </>
      ) : (
        columns.map((column, index) => (
          <Stack key={index} gap="lg" className={classes.column ?? ''}>
            {column.map((place) => (
              <ArrivingPanel key={place.id} place={place} page={page} />
            ))}
          </Stack>
        ))
      )}
    </SimpleGrid>
  );
}

/** Each panel where there is most room, by how high they were when last seen; none changes its column afterwards. */
function useColumns(places: PanelPlaceFragment[], page: PageOfPanels): PanelPlaceFragment[][] {
  const two = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
  return useMemo(() => {
    const columns = Array.from({ length: two ? 2 : 1 }, () => ({ height: 0, places: [] as PanelPlaceFragment[] }));
    for (const place of places) {
      const shortest = columns.reduce((best, column) => (column.height < best.height ? column : best));
      shortest.places.push(place);
      shortest.height += reservedHeight(place.id, page.about, page.sort);
    }
    return columns.map((column) => column.places);
  }, [places, page.about, page.sort, two]);
}

function Waiting() {
  return (
    <Card>
      <RowsSkeleton rows={4} />
    </Card>
  );
}
