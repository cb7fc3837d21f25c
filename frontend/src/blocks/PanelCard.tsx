// A plugin's panel: its blocks, when they were fetched, or that the plugin failed.
import { ActionIcon, Alert, Group, Stack, Text, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { RefreshCw, Unplug } from 'lucide-react';
import { useOperationMutation } from '../api/hooks';
import { Card } from '../components/Card';
import { explain } from '../components/states';
import { TimeText } from '../components/TimeText';
import { EntityPage, EntityPanels, HomePanels, PluginPagePanels, RefreshPanel, type PanelPartsFragment, type RefreshPanelInput } from '../gql/operations';
import { strings } from '../strings';
import { BlockView } from './blocks';
import classes from './blocks.module.css';
import { panelWords } from './strings';

interface Props {
  panel: PanelPartsFragment;
  /** The entity whose page shows it; none on the home page. */
  refText?: string;
  /** Whose panel is fetched again; without it nothing is offered. */
  on?: PanelOn;
}

/** The page that a panel is on: an entity's, a plugin's as it is asked for, or (nothing said) the home page. */
export type PanelOn = Omit<RefreshPanelInput, 'panel'>;

export function PanelBody({ panel, refText, on }: Props) {
  return (
    <Stack gap="sm">
      {panel.failed && (
        <Alert color="orange" variant="light" icon={<Unplug size={16} aria-hidden />} classNames={{ title: classes.said ?? '' }} title={strings.panel.failed(panel.plugin)}>
          {panel.failed}
        </Alert>
      )}
      {panel.blocks.map((block, index) => (
        <BlockView key={index} block={block} plugin={panel.plugin} {...(refText === undefined ? {} : { refText })} />
      ))}
      {(panel.asOf ?? panel.canRefresh) && (
        <Group gap={6} justify="space-between">
          <Text size="xs" c="dimmed">
            {panel.asOf && (
              <>
                {strings.panel.asOf} <TimeText at={panel.asOf} relative />
              </>
            )}
          </Text>
          {panel.canRefresh && on && <Refresh panel={panel.id} on={on} />}
        </Group>
      )}
    </Stack>
  );
}

function Refresh({ panel, on }: { panel: string; on: PanelOn }) {
  const refresh = useOperationMutation(RefreshPanel, [EntityPage, EntityPanels, HomePanels, PluginPagePanels]);

  function ask() {
    refresh.mutate(
      { input: { ...on, panel } },
      {
        onSuccess: ({ refreshPanel: { requested, problems } }) =>
          notifications.show({ message: problems[0]?.message ?? (requested ? panelWords.asked : panelWords.fresh) }),
        onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
      },
    );
  }

  return (
    <Tooltip label={panelWords.refresh}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={panelWords.refresh} loading={refresh.isPending} onClick={ask}>
        <RefreshCw size={14} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

export function PanelCard({ panel, refText }: Props) {
  return (
    <Card title={panel.title}>
      <PanelBody panel={panel} {...(refText === undefined ? {} : { refText })} />
    </Card>
  );
}
