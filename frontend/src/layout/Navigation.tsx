// The side navigation: places at the top, the reader at the bottom.
import { ActionIcon, Kbd, UnstyledButton } from '@mantine/core';
import { useOs } from '@mantine/hooks';
import { Link, type LinkProps } from '@tanstack/react-router';
import {
  Activity, BookOpen, Calendar, CirclePlus, Coins, FileInput, FolderGit2, Gauge, House, LayoutList, ListChecks, Medal, Plug, Puzzle, Search,
  Server, Shield, SquareTerminal, TriangleAlert, Users, Waypoints, X,
  type LucideIcon,
} from 'lucide-react';
import { strings } from '../strings';
import { Bell } from './Bell';
import { Brand } from './Brand';
import classes from './Navigation.module.css';
import { openPalette } from './palette';
import { useShell } from './useShell';
import { UserMenu } from './UserMenu';

interface Place {
  to: LinkProps['to'];
  label: string;
  icon: LucideIcon;
  exact?: boolean;
}

const PLACES: Place[] = [
  { to: '/', label: strings.nav.home, icon: House, exact: true },
  { to: '/team', label: strings.nav.team, icon: Users },
  { to: '/catalog', label: strings.nav.catalog, icon: LayoutList },
  { to: '/graph', label: strings.nav.graph, icon: Waypoints },
  { to: '/create', label: strings.nav.create, icon: CirclePlus },
  { to: '/tasks', label: strings.nav.tasks, icon: ListChecks },
];
const OPERATIONS: Place[] = [
  { to: '/register', label: strings.nav.register, icon: FileInput },
  { to: '/sources', label: strings.nav.sources, icon: FolderGit2 },
  { to: '/problems', label: strings.nav.problems, icon: TriangleAlert },
  { to: '/plugins', label: strings.nav.plugins, icon: Plug },
  { to: '/graphiql', label: strings.nav.graphiql, icon: SquareTerminal },
];

/** The icons that a plugin's page may name. */
const PAGE_ICONS: Record<string, LucideIcon | undefined> = {
  activity: Activity, 'book-open': BookOpen, calendar: Calendar, coins: Coins, gauge: Gauge, medal: Medal, server: Server, shield: Shield,
};

export function Navigation({ close }: { close: () => void }) {
  const mac = useOs() === 'macos';
  return (
    <div className={classes.column}>
      <div className={classes.top}>
        <Brand />
        <ActionIcon hiddenFrom="md" variant="subtle" color="gray" aria-label={strings.nav.close} onClick={close}>
          <X size={18} aria-hidden />
        </ActionIcon>
      </div>
      <UnstyledButton className={classes.search} onClick={openPalette} aria-keyshortcuts="Control+K Meta+K">
        <Search size={15} aria-hidden />
        <span>{strings.search.open}</span>
        <Kbd size="xs">{mac ? '⌘K' : 'Ctrl K'}</Kbd>
      </UnstyledButton>
      <nav aria-label={strings.nav.label} className={classes.places}>
        <Places places={PLACES} close={close} />
        <PluginPages close={close} />
        <div className={classes.heading}>{strings.nav.operate}</div>
        <Places places={OPERATIONS} close={close} />
      </nav>
      <Bell close={close} />
      <UserMenu />
    </div>
  );
}

/** The pages that plugins add, under their own heading. */
function PluginPages({ close }: { close: () => void }) {
  const pages = useShell()?.pluginPages ?? [];
  if (pages.length === 0) return null;
  return (
    <>
      <div className={classes.heading}>{strings.nav.insights}</div>
      <ul className={classes.list}>
        {pages.map(({ id, title, icon }) => {
          const Icon = PAGE_ICONS[icon] ?? Puzzle;
          return (
            <li key={id}>
              <Link
                to="/pages/$id"
                params={{ id }}
                className={classes.place}
                activeProps={{ className: classes.active, 'aria-current': 'page' }}
                activeOptions={{ includeSearch: false }}
                onClick={close}
              >
                <Icon size={17} strokeWidth={1.75} aria-hidden />
                {title}
              </Link>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Places({ places, close }: { places: Place[]; close: () => void }) {
  return (
    <ul className={classes.list}>
      {places.map(({ to, label, icon: Icon, exact }) => (
        <li key={label}>
          <Link
            to={to}
            className={classes.place}
            activeProps={{ className: classes.active, 'aria-current': 'page' }}
            activeOptions={{ exact: exact ?? false, includeSearch: false }}
            onClick={close}
          >
            <Icon size={17} strokeWidth={1.75} aria-hidden />
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}
