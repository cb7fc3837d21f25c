// The documentation of an entity: its pages beside the page that is read.
import { Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { BookOpen } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { ArrivingEntityPanel } from '../../blocks/ArrivingPanel';
import { Card } from '../../components/Card';
import { SafeHtml } from '../../components/SafeHtml';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { TimeText } from '../../components/TimeText';
import { EntityDocs, type PanelPlaceFragment } from '../../gql/operations';
import { docsWords } from './strings';
import classes from './EntityPage.module.css';
import type { PageEntity } from './tabs';

const route = getRouteApi('/shell/catalog/$namespace/$kind/$name/$tab');

export function DocsTab({ entity, panel }: { entity: PageEntity; panel: PanelPlaceFragment }) {
  const { page: path } = route.useSearch();
  const params = route.useParams();
  const answer = useOperation(EntityDocs, { ref: entity.ref, path: path ?? null }, { keepPrevious: true });
  const docs = answer.data?.entity?.docs;
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  if (answer.isPending) {
    return (
      <Card>
        <RowsSkeleton />
      </Card>
    );
  }
  // Without the plugin's field (it failed, or has no pages yet) its panel says what is the matter.
  if (!docs || docs.pages.length === 0) return <ArrivingEntityPanel place={panel} refText={entity.ref} kind={entity.kind} tab />;
  return (
    <div className={docs.pages.length > 1 ? classes.docs : undefined}>
      {docs.pages.length > 1 && (
        <nav className={classes.docsNav} aria-label={docsWords.pages}>
          {docs.pages.map((page) => (
            <Link
              key={page.path}
              to="/catalog/$namespace/$kind/$name/$tab"
              params={params}
              search={{ page: page.path }}
              className={`${classes.docsLink ?? ''} ${page.path === docs.page?.path ? (classes.docsActive ?? '') : ''}`}
              aria-current={page.path === docs.page?.path ? 'page' : undefined}
            >
              {page.title}
            </Link>
          ))}
        </nav>
      )}
      <Card>
        {docs.page ? (
          <>
            <SafeHtml html={docs.page.html} />
            {docs.page.updatedAt && (
              <Text size="xs" c="dimmed" mt="xl">
                {docsWords.updated} <TimeText at={docs.page.updatedAt} relative />
              </Text>
            )}
          </>
        ) : (
          <EmptyState icon={BookOpen} title={docsWords.noPage}>
            {docsWords.noPageHint(path ?? '')}
          </EmptyState>
        )}
      </Card>
    </div>
  );
}
