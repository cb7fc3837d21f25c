// The side navigation: places at the top, the reader at the bottom.
import { ActionIcon, Kbd, UnstyledButton } from '@mantine/core';
import { useOs } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { Activity, BookOpen, Calendar, Coins, Gauge, Medal, Puzzle, Search, Server, Shield, X, type LucideIcon } from 'lucide-react';
import { strings } from '../strings';
import { Bell } from './Bell';
import { Brand } from './Brand';
import classes from './Navigation.module.css';
import { openPalette } from './palette';
import { OPERATIONS, PLACES, type Place } from './places';
import { useShell } from './useShell';
import { UserMenu } from './UserMenu';

/** The icons that a plugin's page may name. */
const PAGE_ICONS: Record<string, LucideIcon | undefined> = {
  activity: Activity, 'book-open': BookOpen, calendar: Calendar, coins: Coins, gauge: Gauge, medal: Medal, server: Server, shield: Shield,
};

export function Navigation({ close, showKeys }: { close: () => void; showKeys: () => void }) {
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
        <Operations close={close} />
      </nav>
      <Bell close={close} />
      <UserMenu showKeys={showKeys} />
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

/** Below the pages of plugins: it comes with them, and moves nowhere afterwards. */
function Operations({ close }: { close: () => void }) {
  return (
    <div data-waits={useShell() ? undefined : 'always'}>
      <div className={classes.heading}>{strings.nav.operate}</div>
      <Places places={OPERATIONS} close={close} />
    </div>
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
