// What is installed, whether it runs, and everything it adds.
import { Badge, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { Plug } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { PageHeader } from '../../components/PageHeader';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { Plugins, type PluginsQuery } from '../../gql/operations';
import { words } from './strings';
import classes from './PluginsPage.module.css';

type Plugin = PluginsQuery['plugins'][number];

export function PluginsPage() {
  const answer = useOperation(Plugins, {});
  const plugins = answer.data?.plugins ?? [];
  return (
    <>
      <PageHeader title={words.title} description={words.description} />
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
            <PluginCard key={plugin.name} plugin={plugin} />
          ))}
        </SimpleGrid>
      )}
    </>
  );
}

function PluginCard({ plugin }: { plugin: Plugin }) {
  const tone = !plugin.enabled ? 'gray' : plugin.reason ? 'orange' : 'green';
  return (
    <Card
      title={plugin.verboseName || plugin.name}
      count={plugin.version || undefined}
      actions={<Badge color={tone}>{plugin.state}</Badge>}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {plugin.description}
        </Text>
        {plugin.reason && (
          <Text size="sm" c="orange" role="status">
            {plugin.reason}
          </Text>
        )}
        {plugin.contributions.length > 0 && (
          <div>
            <Text size="xs" fw={600} c="dimmed" mb={4}>
              {words.adds}
            </Text>
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
          </div>
        )}
      </Stack>
    </Card>
  );
}
