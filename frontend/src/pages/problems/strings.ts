// The sentences of this part of the page.
export const words = {
  title: 'Problems',
  description: 'What did not load into the catalog, and why. The last good version of each entity stays.',
  list: 'Findings',
  none: 'No problems',
  noneHint: 'Everything that is registered has been read without findings.',
};
