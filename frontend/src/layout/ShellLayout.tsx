// The frame of every page: skip link, navigation, search, main region.
import { ActionIcon, AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { strings } from '../strings';
import { Brand } from './Brand';
import { whenIdle } from './idle';
import { useKeys } from './keys';
import { Navigation } from './Navigation';
import { openPalette, paletteStore } from './palette';
import classes from './ShellLayout.module.css';

const ShortcutsDialog = lazy(() => import('./ShortcutsDialog').then((module) => ({ default: module.ShortcutsDialog })));
const loadPalette = () => import('./SearchPalette');
const SearchPalette = lazy(() => loadPalette().then((module) => ({ default: module.SearchPalette })));

export function ShellLayout() {
  const [opened, drawer] = useDisclosure(false);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  useFocusOnNavigation(pathname, drawer.close);
  const paletteWanted = usePaletteWanted();
  const [helpShown, help] = useDisclosure(false);
  // Here and not in the palette, which is loaded when it is first wanted: a shortcut works from the first moment.
  useKeys(help.open);

  return (
    <AppShell
      layout="alt"
      header={{ height: { base: 52, md: 0 } }}
      navbar={{ width: 216, breakpoint: 'md', collapsed: { mobile: !opened } }}
      transitionDuration={120}
      padding={0}
    >
      <a href="#main" className={classes.skip}>
        {strings.nav.skip}
      </a>
      <AppShell.Header hiddenFrom="md" className={classes.bar}>
        <Group h="100%" px="sm" gap="sm" wrap="nowrap">
          <Burger opened={opened} onClick={drawer.toggle} size="sm" aria-label={strings.nav.open} />
          <Brand />
          <ActionIcon variant="subtle" color="gray" size="lg" ml="auto" aria-label={strings.search.open} onClick={openPalette}>
            <Search size={18} aria-hidden />
          </ActionIcon>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.nav} data-opened={opened} aria-label={strings.nav.label}>
        <Navigation close={drawer.close} showKeys={help.open} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <div className={classes.page}>
          <Outlet />
        </div>
      </AppShell.Main>
      {paletteWanted && (
        <Suspense>
          <SearchPalette />
        </Suspense>
      )}
      {helpShown && (
        <Suspense>
          <ShortcutsDialog close={help.close} />
        </Suspense>
      )}
    </AppShell>
  );
}

/** Whether the palette was opened once; from then on it stays. Its code comes when the browser has nothing else to do. */
function usePaletteWanted(): boolean {
  const [wanted, setWanted] = useState(false);
  useEffect(() => whenIdle(() => void loadPalette().catch(() => undefined)), []);
  useEffect(() => paletteStore.subscribe((state) => state.opened && setWanted(true)), []);
  return wanted;
}

/** A new page takes the focus, so that a screen reader and the keyboard start at its top. */
function useFocusOnNavigation(pathname: string, close: () => void) {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    close();
    const frame = requestAnimationFrame(() => document.getElementById('main')?.focus({ preventScroll: true }));
    return () => cancelAnimationFrame(frame);
  }, [pathname, close]);
}
