// The sentences of this part of the page.
export const words = {
  title: 'Problems',
  description: 'What did not load into the catalog, and why. The last good version of each entity stays.',
  list: 'Findings',
  none: 'No problems',
  noneHint: 'Everything that is registered has been read without findings.',
  noneMatch: 'None of this kind',
  noneMatchHint: 'No finding fits all of the chosen filters.',
  whose: 'Whose problems',
  all: 'All',
  mine: 'Mine',
  level: 'Level',
  levels: { error: 'Errors', warning: 'Warnings' },
  code: 'Kind of finding',
  owner: 'Owner',
  oneSource: 'Of one source only',
  clear: 'Clear filters',
};
