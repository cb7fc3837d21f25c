// The sentences of this part of the page.
import { plural } from '../../format';

export const registerWords = {
  title: 'Register',
  description: 'Bring entities into the catalog from a descriptor file or a folder. Look first at what would change.',
  target: 'Location',
  targetHint: 'A repository of the portal (git:owner/name, optionally /path), or a file or folder on its machine (file:path)',
  preview: 'Preview',
  previewTitle: 'What would change',
  previewEmpty: (target: string) => `${target} holds no entities.`,
  outcome: 'Outcome',
  entity: 'Entity',
  file: 'File',
  unnamed: 'Without a name',
  outcomes: { add: 'Added', change: 'Changed', unchanged: 'Unchanged', refused: 'Refused' },
  register: (count: number) => (count === 0 ? 'Nothing to register' : `Register ${plural(count, 'entity', 'entities')}`),
  done: (target: string) => `${target} is registered. Its entities appear as soon as it has been read.`,
};

export const locationsWords = {
  title: 'Registered locations',
  none: 'No locations yet',
  noneHint: 'Each location is read again by itself when it changes.',
  tones: { ok: 'Read without problems', warning: 'Read with problems', error: 'Could not be read', unknown: 'Not read yet' },
  entities: (count: number) => plural(count, 'entity', 'entities'),
  read: 'read',
  neverRead: 'not read yet',
  by: (name: string) => `registered by ${name}`,
  problems: (count: number) => plural(count, 'problem', 'problems'),
  unregister: 'Unregister',
  unregisterTitle: 'Unregister this location?',
  unregisterHint: (target: string, count: number) =>
    `${target} and ${plural(count, 'entity that only it declares', 'entities that only it declares')} leave the catalog. The files stay as they are.`,
  notDone: 'The location was not unregistered',
};
