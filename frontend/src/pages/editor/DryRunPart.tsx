// The last dry run of the draft.
import { Stack, Text } from '@mantine/core';
import { Play } from 'lucide-react';
import { DryRunResult } from '../../components/DryRunResult';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { words } from './strings';
import type { Editor } from './useEditor';

export function DryRunPart({ editor }: { editor: Editor }) {
  const { dryRun } = editor;
  if (dryRun.isPending) return <RowsSkeleton rows={6} />;
  if (dryRun.error) return <ErrorState error={dryRun.error} retry={editor.run} />;
  if (!dryRun.data) {
    return (
      <EmptyState icon={Play} title={words.notRun}>
        {words.notRunHint}
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm">
      {editor.isOld && (
        <Text size="sm" c="dimmed" role="status">
          {words.changedSince}
        </Text>
      )}
      <DryRunResult result={dryRun.data.dryRunTemplate} />
    </Stack>
  );
}
