// A plugin's panel: its blocks, when they were fetched, or that the plugin failed.
import { Alert, Stack, Text } from '@mantine/core';
import { Unplug } from 'lucide-react';
import { Card } from '../components/Card';
import { TimeText } from '../components/TimeText';
import type { PanelPartsFragment } from '../gql/operations';
import { strings } from '../strings';
import { BlockView } from './blocks';

export function PanelBody({ panel }: { panel: PanelPartsFragment }) {
  return (
    <Stack gap="sm">
      {panel.failed && (
        <Alert color="orange" variant="light" icon={<Unplug size={16} aria-hidden />} title={strings.panel.failed(panel.plugin)}>
          {panel.failed}
        </Alert>
      )}
      {panel.blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
      {panel.asOf && (
        <Text size="xs" c="dimmed">
          {strings.panel.asOf} <TimeText at={panel.asOf} relative />
        </Text>
      )}
    </Stack>
  );
}

export function PanelCard({ panel }: { panel: PanelPartsFragment }) {
  return (
    <Card title={panel.title}>
      <PanelBody panel={panel} />
    </Card>
  );
}
