// What the portal has told the reader: the way to the page, and how much of it is unread.
import { Badge, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Bell as BellIcon } from 'lucide-react';
import { useOperation } from '../api/hooks';
import { Bell as BellOperation } from '../gql/operations';
import { strings } from '../strings';
import classes from './Navigation.module.css';

const EVERY = 60_000;
const MOST = 99;

export function Bell({ close }: { close: () => void }) {
  const unread = useOperation(BellOperation, {}, { again: { every: EVERY, while: () => true } }).data?.unreadNotifications ?? 0;
  return (
    <Link
      to="/notifications"
      className={classes.place}
      activeProps={{ className: classes.active, 'aria-current': 'page' }}
      onClick={close}
    >
      <BellIcon size={17} strokeWidth={1.75} aria-hidden />
      {strings.nav.notifications}
      {unread > 0 && (
        <Badge size="sm" ml="auto" variant="filled">
          {unread > MOST ? `${MOST}+` : unread}
          <VisuallyHidden> {strings.nav.unread}</VisuallyHidden>
        </Badge>
      )}
    </Link>
  );
}
