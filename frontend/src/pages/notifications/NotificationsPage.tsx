// What the reader was told, newest first; opening one marks it read.
import { Badge, Button, Group, Text, VisuallyHidden } from '@mantine/core';
import { notifications as toasts } from '@mantine/notifications';
import { Bell as BellIcon } from 'lucide-react';
import { useOperation, useOperationMutation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { OutsideLink } from '../../components/OutsideLink';
import { PageHeader } from '../../components/PageHeader';
import { PlainMarkdown } from '../../components/PlainMarkdown';
import { EmptyState, ErrorState, explain, RowsSkeleton } from '../../components/states';
import { TimeText } from '../../components/TimeText';
import { Bell, MarkNotificationsRead, Notifications, type NotificationsQuery } from '../../gql/operations';
import classes from './NotificationsPage.module.css';
import { words } from './strings';

type Told = NotificationsQuery['notifications'][number];

export function NotificationsPage() {
  const answer = useOperation(Notifications, {});
  const mark = useOperationMutation(MarkNotificationsRead, [Notifications, Bell]);
  const told = answer.data?.notifications ?? [];

  function read(ids: string[] | null) {
    mark.mutate(
      { input: { ids } },
      { onError: (error) => toasts.show({ color: 'red', ...explain(error) }) },
    );
  }

  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      {answer.error && <ErrorState error={answer.error} retry={answer.refetch} />}
      {answer.isPending && (
        <Card>
          <RowsSkeleton rows={4} />
        </Card>
      )}
      {answer.data && told.length === 0 && (
        <Card>
          <EmptyState title={words.none} icon={BellIcon}>
            {words.noneHint}
          </EmptyState>
        </Card>
      )}
      {told.length > 0 && (
        <Card
          title={words.list}
          flush
          actions={
            told.some((each) => each.readAt === null) && (
              <Button size="compact-sm" variant="subtle" loading={mark.isPending} onClick={() => read(null)}>
                {words.readAll}
              </Button>
            )
          }
        >
          <ul className={classes.list}>
            {told.map((each) => (
              <Item key={each.id} told={each} read={() => read([each.id])} />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function Item({ told, read }: { told: Told; read: () => void }) {
  const unread = told.readAt === null;
  const severity = words.severity[told.severity];
  return (
    <li className={classes.item} data-unread={unread}>
      <span className={classes.mark} aria-hidden />
      <div className={classes.text}>
        <Group gap="xs">
          <span className={classes.title}>{told.title}</span>
          {unread && <VisuallyHidden>{words.unread}</VisuallyHidden>}
          {severity && (
            <Badge color={told.severity === 'low' ? 'gray' : 'red'} variant="light" tt="none">
              {severity}
            </Badge>
          )}
        </Group>
        {told.info && <PlainMarkdown text={told.info} />}
        <Group gap="sm" mt={4}>
          <Text size="xs" c="dimmed">
            {told.origin} · <TimeText at={told.createdAt} relative />
          </Text>
          {told.link && (
            <span onClickCapture={unread ? read : undefined}>
              <OutsideLink url={told.link} title={told.link.startsWith('/') ? words.open : null} safe />
            </span>
          )}
        </Group>
      </div>
      {unread && (
        <Button size="compact-sm" variant="subtle" onClick={read}>
          {words.read}
        </Button>
      )}
    </li>
  );
}
