// The sentences of this part of the page.
import { plural } from '../../format';

const STATES: Record<string, string> = { ready: 'Ready', waiting: 'Waits for a yes', resting: 'Resting', disabled: 'Switched off' };

export const words = {
  title: 'Plugins',
  description: 'What is installed, what each plugin adds, what it may touch, and whether it runs.',
  gallery: 'Block gallery',
  none: 'No plugins are installed',
  noneHint: 'A plugin is one package and one name in PORTAL_PLUGINS.',
  state: (state: string) => STATES[state] ?? state,
  adds: (count: number) => `Adds ${plural(count, 'thing', 'things')}`,
  claims: 'What it reads and calls',
  accepted: 'accepted',
  narrowed: (values: string[]) => `only ${values.join(', ')}`,
  refused: 'not accepted',
  uses: (count: number) => plural(count, 'use', 'uses'),
  refusals: (count: number) => `${plural(count, 'time', 'times')} refused`,
  acceptAll: 'Accept all',
  acceptNone: 'Take it back',
  decided: 'Decided. Running processes follow within seconds.',
  permissions: 'Permissions',
  nobody: 'nobody but administrators',
};

export const galleryWords = {
  title: 'Block gallery',
  description: 'Every block that a plugin can yield, with sample data: this is how it looks, here and on every page.',
  plugins: 'All plugins',
};
