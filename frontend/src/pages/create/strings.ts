// The sentences of this part of the page.
export const words = {
  title: 'Create',
  description: 'Start something new from a template: a repository with its pipeline, its docs and its place in the catalog.',
  searchPlaceholder: 'Search templates',
  filters: { type: 'Type', tag: 'Tag', owner: 'Owner' },
  template: 'template',
  noDescription: 'Nobody has described it yet.',
  choose: 'Choose',
  none: 'No templates yet',
  noneMatch: 'No template matches',
  noneHint: 'Templates come into the catalog like everything else: register a file with kind Template.',
  cut: (shown: number, total: number) => `The first ${shown} of ${total}; search to find the others.`,
};
