// The first page: what is mine, what I marked, where I was, and what plugins have to say.
import { SimpleGrid, Stack, Text, UnstyledButton } from '@mantine/core';
import { Search } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { homePage, useTogether } from '../../blocks/arriving';
import { ArrivingPanel } from '../../blocks/ArrivingPanel';
import { Card } from '../../components/Card';
import { EntityList } from '../../components/EntityList';
import { PageButton, PageLink } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { useRecentRefs } from '../../components/recent';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { formatNumber } from '../../format';
import { Home } from '../../gql/operations';
import { RECENT_SHOWN } from '../../kept';
import { openPalette } from '../../layout/palette';
import { strings } from '../../strings';
import { words } from './strings';
import classes from './HomePage.module.css';

export function HomePage() {
  const recentRefs = useRecentRefs().slice(0, RECENT_SHOWN);
  const answer = useOperation(Home, { recent: recentRefs }, { keepPrevious: true });
  const places = answer.data?.homePanelPlaces ?? [];
  const page = useTogether(homePage(), places);
  const viewer = answer.data?.viewer;
  const recent = (answer.data?.recent ?? []).filter((entity) => entity !== null);

  return (
    <>
      <PageHeader
        title={viewer ? words.greeting(viewer.displayName) : words.title}
        description={viewer ? viewer.groups.length > 0 && <Memberships groups={viewer.groups} /> : '\u00a0'}
      />
      <UnstyledButton className={classes.search} onClick={openPalette}>
        <Search size={18} aria-hidden />
        <span>{strings.search.placeholder}</span>
      </UnstyledButton>
      {answer.error ? (
        <ErrorState error={answer.error} retry={answer.refetch} />
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" className={classes.grid}>
          <Card
            flush
            title={words.owned}
            count={viewer ? formatNumber(viewer.owned.totalCount) : undefined}
            actions={
              viewer && viewer.owned.totalCount > viewer.owned.nodes.length ? (
                <PageLink small to="/catalog" search={{ kind: 'all', scope: 'owned' }}>
                  {words.all}
                </PageLink>
              ) : undefined
            }
          >
            {!viewer ? (
              <Loading />
            ) : viewer.owned.nodes.length === 0 ? (
              <EmptyState
                title={words.ownedEmpty}
                action={
                  <PageButton to="/catalog" variant="default">
                    {words.ownedEmptyNext}
                  </PageButton>
                }
              >
                {words.ownedEmptyHint}
              </EmptyState>
            ) : (
              <EntityList rows={viewer.owned.nodes} />
            )}
          </Card>
          <Stack gap="lg" data-waits={viewer ? undefined : 'narrow'}>
            <Card flush title={words.favourites}>
              {!viewer ? (
                <Loading rows={1} />
              ) : viewer.favourites.length === 0 ? (
                <Text size="sm" c="dimmed" px="md" pb="md">
                  {words.favouritesEmptyHint}
                </Text>
              ) : (
                <EntityList rows={viewer.favourites} />
              )}
            </Card>
            {recent.length > 0 && (
              <Card flush title={words.recent}>
                <EntityList rows={recent} />
              </Card>
            )}
            {places.map((place) => (
              <ArrivingPanel key={place.id} place={place} page={page} />
            ))}
          </Stack>
        </SimpleGrid>
      )}
    </>
  );
}

function Loading({ rows = 10 }: { rows?: number }) {
  return (
    <div className={classes.loading}>
      <RowsSkeleton rows={rows} height={31} gap={15} />
    </div>
  );
}

function Memberships({ groups }: { groups: { ref: string; displayName: string }[] }) {
  return <>{words.memberOf(groups.map((group) => group.displayName))}</>;
}
