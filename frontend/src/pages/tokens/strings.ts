// The sentences of this part of the page.
import { plural } from '../../format';

export const words = {
  title: 'API tokens',
  description: 'For scripts and clients. A token acts as you, within its scopes, until it expires.',
  new: 'New token',
  create: 'Create token',
  list: 'Your tokens',
  none: 'No tokens yet',
  noneHint: 'A token is also the password for git over HTTP.',
  name: 'Name',
  nameHint: 'What it is for',
  scopes: 'Scopes',
  scopeWords: {
    read: 'Read everything you may read',
    'catalog:write': 'Register, refresh and remove catalog locations',
    'scaffolder:run': 'Run templates and manage your tasks',
  },
  expires: 'Expires',
  expiresHint: 'It stops working by itself',
  days: (count: number) => (count === 365 ? 'In a year' : `In ${plural(count, 'day', 'days')}`),
  lastUsed: 'Last used',
  never: 'Never',
  revoked: 'Revoked',
  revoke: 'Revoke',
  revokeTitle: (name: string) => `Revoke ${name}?`,
  revokeHint: 'Whatever uses it is refused from now on. This cannot be undone.',
  secretTitle: 'Copy the token now',
  secretHint: 'It is shown this once and cannot be read again.',
};
