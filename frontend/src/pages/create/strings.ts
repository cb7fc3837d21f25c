// The sentences of this part of the page.
import { plural } from '../../format';

export const words = {
  title: 'Create',
  description: 'Start something new from a template: a repository with its pipeline, its docs and its place in the catalog.',
  searchPlaceholder: 'Search templates',
  scope: 'Which templates',
  scopes: { all: 'All', favourite: 'Favourites', owned: 'Owned by me' },
  actions: 'Actions',
  editor: 'Editor',
  recent: 'Recently used',
  recommended: 'Recommended',
  others: 'Other templates',
  broken: 'Cannot be run.',
  andMore: (count: number) => `And ${plural(count, 'other mistake', 'other mistakes')}.`,
  filters: { type: 'Type', tag: 'Tag', owner: 'Owner' },
  template: 'template',
  noDescription: 'Nobody has described it yet.',
  choose: 'Choose',
  none: 'No templates yet',
  noneMatch: 'No template matches',
  noneHint: 'Templates come into the catalog like everything else: register a file with kind Template.',
  cut: (shown: number, total: number) => `The first ${shown} of ${total}; search to find the others.`,
};
