// The sentences of this part of the page.
import { formatNumber, plural } from '../../format';

const entities = (count: number) => plural(count, 'entity', 'entities');

export const words = {
  title: 'Register',
  description: 'Bring entities into the catalog: paste an address, look at what would be added, changed or refused, then let it in.',
  target: 'Address',
  targetHint: 'Of a descriptor on the web or in a repository; or git:owner/name for a repository of the portal, file:path for its machine',
  trusted: 'Trust it',
  trustedHint: 'It may define every kind: users, groups and templates too.',
  preview: 'Preview',
  previewTitle: 'What would change',
  previewEmpty: (target: string) => `${target} holds no entities.`,
  reading: 'Reading what is there',
  unnamed: 'Without a name',
  all: 'All',
  outcomes: {
    refused: 'Refused',
    remove: 'Removed',
    held: 'Held back',
    add: 'Added',
    change: 'Changed',
    unchanged: 'Unchanged',
  },
  filter: (outcome: string, count: number) => `${outcome} ${formatNumber(count)}`,
  register: (count: number) => (count === 0 ? 'Nothing to register' : `Register ${entities(count)}`),
  readAgain: 'Read it now',
  known: 'This address is registered already. Reading it again brings what is listed here.',
  knownSource: 'Its state and its runs',
  refused: (count: number) => `${plural(count, 'finding', 'findings')}: what is refused stays out, the rest does not wait for it.`,
  again: 'Register another',
  registered: (count: number) => `Registered: ${entities(count)}`,
  registeredNone: 'Registered. Nothing of it could be let in yet.',
  registeredMore: 'The first hundred by name.',
  problems: (count: number) => plural(count, 'problem', 'problems'),
  read: 'It will be read in a moment.',
  sources: 'All sources',
  startTitle: 'There is no descriptor yet. Begin with this one:',
  startHint: (file: string) => `Save it as ${file} at that address, correct owner and type, then preview again.`,
};
