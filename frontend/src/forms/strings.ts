// The sentences of this part of the page.
import { formatNumber, plural } from '../format';

export const formsWords = {
  add: 'Add',
  remove: 'Remove',
  up: 'Move up',
  down: 'Move down',
  key: 'Name',
  unsupported: 'The form cannot show this field',
  noEntity: 'Nothing in the catalog matches',
  noGroup: 'You are in no group',
  asWritten: (text: string) => `Use “${text}” as written`,
  repoHost: 'Host',
  repoOwner: 'Owner of the repository',
  repoName: 'Name of the repository',
  mistakes: {
    required: 'Fill this in',
    minLength: (count: number) => `At least ${plural(count, 'character', 'characters')}`,
    maxLength: (count: number) => `At most ${plural(count, 'character', 'characters')}`,
    pattern: (pattern: string) => `Does not fit the pattern ${pattern}`,
    minimum: (limit: number) => `At least ${formatNumber(limit)}`,
    maximum: (limit: number) => `At most ${formatNumber(limit)}`,
    format: (format: string) => `Not a valid ${format}`,
    enum: 'Choose one of the given values',
    minItems: (count: number) => `At least ${formatNumber(count)}`,
    maxItems: (count: number) => `At most ${formatNumber(count)}`,
    uniqueItems: 'Each value only once',
    type: (type: string) => `Must be of type ${type}`,
  },
};
