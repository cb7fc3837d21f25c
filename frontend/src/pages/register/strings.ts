// The sentences of this part of the page.
import { plural } from '../../format';

export const words = {
  title: 'Register',
  description: 'Bring entities into the catalog: paste an address, look at what would be added, changed or refused, then let it in.',
  target: 'Address',
  targetHint: 'Of a descriptor on the web or in a repository; or git:owner/name for a repository of the portal, file:path for its machine',
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
  sources: 'All sources',
};
