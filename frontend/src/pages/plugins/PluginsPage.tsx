// What is installed, whether it runs, everything it adds, what it may touch.
import { Badge, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { Plug } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useOperation } from '../../api/hooks';
import { PanelCard } from '../../blocks/PanelCard';
import { Card } from '../../components/Card';
import { PageButton } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { Plugins, type PluginsQuery } from '../../gql/operations';
import { Claims } from './Claims';
import { Fetches, type Fetch } from './Fetches';
import { Permissions } from './Permissions';
import classes from './PluginsPage.module.css';
import { words } from './strings';

type Plugin = PluginsQuery['plugins'][number];

// Forms bring libraries with them, which most who look at plugins do not need.
const Settings = lazy(() => import('./Settings'));

export function PluginsPage() {
  const answer = useOperation(Plugins, {});
  const plugins = answer.data?.plugins ?? [];
  const fetches = answer.data?.pluginFetches ?? [];
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          <PageButton to="/plugins/blocks" variant="default">
            {words.gallery}
          </PageButton>
        }
      />
      {answer.error ? (
        <ErrorState error={answer.error} retry={answer.refetch} />
      ) : answer.isPending ? (
        <Card>
          <RowsSkeleton rows={4} />
        </Card>
      ) : plugins.length === 0 ? (
        <Card>
          <EmptyState icon={Plug} title={words.none}>
            {words.noneHint}
          </EmptyState>
        </Card>
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          {plugins.map((plugin) => (
            <PluginCard key={plugin.name} plugin={plugin} fetches={fetches.filter((fetch) => fetch.plugin === plugin.name)} />
          ))}
        </SimpleGrid>
      )}
    </>
  );
}

function PluginCard({ plugin, fetches }: { plugin: Plugin; fetches: Fetch[] }) {
  const tone = plugin.state === 'ready' ? 'green' : plugin.state === 'disabled' ? 'gray' : 'orange';
  return (
    <Card
      title={plugin.verboseName || plugin.name}
      count={plugin.version || undefined}
      actions={<Badge color={tone} classNames={{ label: classes.state ?? '' }}>{words.state(plugin.state)}</Badge>}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {plugin.description}
        </Text>
        {plugin.reason && (
          <Text size="sm" className={classes.reason} role="status">
            {plugin.reason}
          </Text>
        )}
        {fetches.length > 0 && <Fetches fetches={fetches} />}
        {plugin.claims && plugin.claims.length > 0 && <Claims plugin={plugin.name} claims={plugin.claims} />}
        {plugin.permissions && plugin.permissions.length > 0 && <Permissions plugin={plugin.name} permissions={plugin.permissions} />}
        {plugin.settings && <SettingsSection plugin={plugin.name} settings={plugin.settings} />}
        {plugin.settingsPanels?.map((panel) => (
          <PanelCard key={panel.id} panel={panel} />
        ))}
        {plugin.contributions.length > 0 && (
          <details>
            <summary className={classes.summary}>{words.adds(plugin.contributions.length)}</summary>
            <ul className={classes.list}>
              {plugin.contributions.map((contribution) => (
                <li key={`${contribution.point} ${contribution.name}`}>
                  <Group gap={8} wrap="nowrap">
                    <span className={classes.name}>{contribution.name}</span>
                    <span className={classes.point}>{contribution.point}</span>
                  </Group>
                </li>
              ))}
            </ul>
          </details>
        )}
      </Stack>
    </Card>
  );
}

function SettingsSection({ plugin, settings }: { plugin: string; settings: NonNullable<Plugin['settings']> }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.summary}>{words.settings}</summary>
      {open && (
        <Suspense fallback={<RowsSkeleton rows={3} />}>
          <Settings key={JSON.stringify(settings.fields)} plugin={plugin} settings={settings} />
        </Suspense>
      )}
    </details>
  );
}
