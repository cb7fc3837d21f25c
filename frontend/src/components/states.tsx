// What a page shows instead of data: nothing there, something failed, still on its way.
import { Alert, Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { CircleAlert, Inbox, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { strings } from '../strings';
import { Said } from './Said';
import classes from './states.module.css';

interface EmptyProps {
  title: string;
  children?: ReactNode;
  icon?: LucideIcon;
  action?: ReactNode;
}

export function EmptyState({ title, children, icon: Icon = Inbox, action }: EmptyProps) {
  return (
    <Stack align="center" gap={6} className={classes.empty}>
      <Icon size={28} strokeWidth={1.5} aria-hidden />
      <Title order={2} size="h3">
        {title}
      </Title>
      {children && (
        <Text size="sm" c="dimmed" ta="center" maw={460} component="div">
          {children}
        </Text>
      )}
      {action && <div className={classes.action}>{action}</div>}
    </Stack>
  );
}

export function explain(error: Error): { title: string; message: string } {
  if (!(error instanceof ApiError)) return { title: strings.errors.unexpected, message: strings.errors.unexpectedHint };
  const words = strings.errors[error.kind];
  return { title: words.title, message: error.message || words.hint };
}

export function ErrorState({ error, retry }: { error: Error; retry?: () => void }) {
  const { title, message } = explain(error);
  return (
    <Alert color="red" variant="default" className={classes.failed} icon={<CircleAlert size={18} aria-hidden />} title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          <Said text={message} />
        </Text>
        {error instanceof ApiError && error.code && (
          <Text size="xs" c="dimmed">
            {strings.errors.code}: <code>{error.code}</code>
          </Text>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {strings.errors.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

const LINE = 16;

/** Grey lines, each in the room of the row that will take its place. */
export function RowsSkeleton({ rows = 8, height = 20, gap = 18 }: { rows?: number; height?: number; gap?: number }) {
  return (
    <Stack gap={gap + Math.max(0, height - LINE)} py={Math.max(0, height - LINE) / 2} aria-busy="true" aria-label={strings.loading} role="status">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={Math.min(height, LINE)} width={`${92 - ((index * 17) % 30)}%`} radius="sm" />
      ))}
    </Stack>
  );
}
