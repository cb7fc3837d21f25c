// The sentences of this part of the page.
import { formatNumber, plural } from '../../format';

export const words = {
  title: 'Search',
  placeholder: 'Name, part of a name, words of a text…',
  start: 'What are you looking for?',
  startHint: 'Entities, documentation and templates are found by beginnings or parts of names and by words; a letter amiss does not matter.',
  none: (query: string) => `Nothing fits “${query}”`,
  noneHint: 'Try fewer or other words, or take a filter away.',
  results: 'Results',
  found: (count: number) => plural(count, 'result', 'results'),
  count: formatNumber,
  filters: 'Narrow the results',
  types: 'What',
  kinds: 'About',
  all: 'All',
  docs: 'Documentation',
  ownedBy: 'owned by',
  of: 'of',
};
