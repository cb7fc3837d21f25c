// The sentences of this part of the page.
export const words = {
  title: 'Tasks',
  description: 'Runs of templates, newest first.',
  scope: 'Whose tasks',
  scopes: { mine: 'Mine', approve: 'To approve', all: 'All I may see' },
  state: 'State',
  template: 'Template',
  planning: 'Planning',
  undoing: 'Undoing',
  none: 'No tasks yet',
  noneHint: 'A task is one run of a template: you can follow its steps and its log.',
  pick: 'Choose a template',
  noneMatch: 'No task matches',
  noneMatchHint: 'No task fits all of the chosen filters.',
  nothingToApprove: 'Nothing waits for you',
  nothingToApproveHint: 'Plans of others that you may approve are listed here.',
};
