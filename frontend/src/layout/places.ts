// The portal's own places: the navigation and the palette show them, the keyboard goes to them.
import {
  CirclePlus, FileInput, FolderGit2, House, KeyRound, LayoutList, ListChecks, Plug, SquareTerminal, TriangleAlert, Users, Waypoints, Webhook,
  type LucideIcon,
} from 'lucide-react';
import { strings } from '../strings';

export interface Place {
  to: '/' | '/team' | '/catalog' | '/graph' | '/create' | '/tasks' | '/register' | '/sources' | '/problems' | '/plugins' | '/graphiql' | '/settings/tokens' | '/settings/webhooks';
  label: string;
  icon: LucideIcon;
  exact?: boolean;
  /** After G. */
  key?: string;
}

export const PLACES: Place[] = [
  { to: '/', label: strings.nav.home, icon: House, exact: true, key: 'h' },
  { to: '/team', label: strings.nav.team, icon: Users, key: 'm' },
  { to: '/catalog', label: strings.nav.catalog, icon: LayoutList, key: 'c' },
  { to: '/graph', label: strings.nav.graph, icon: Waypoints, key: 'g' },
  { to: '/create', label: strings.nav.create, icon: CirclePlus, key: 'n' },
  { to: '/tasks', label: strings.nav.tasks, icon: ListChecks, key: 't' },
];
export const OPERATIONS: Place[] = [
  { to: '/register', label: strings.nav.register, icon: FileInput, key: 'r' },
  { to: '/sources', label: strings.nav.sources, icon: FolderGit2, key: 's' },
  { to: '/problems', label: strings.nav.problems, icon: TriangleAlert, key: 'p' },
  { to: '/plugins', label: strings.nav.plugins, icon: Plug },
  { to: '/graphiql', label: strings.nav.graphiql, icon: SquareTerminal },
];
/** In the account's menu. */
export const SETTINGS: Place[] = [
  { to: '/settings/tokens', label: strings.user.tokens, icon: KeyRound },
  { to: '/settings/webhooks', label: strings.user.webhooks, icon: Webhook },
];
export const ALL_PLACES = [...PLACES, ...OPERATIONS, ...SETTINGS];
