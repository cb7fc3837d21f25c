// The sentences of this part of the page.
export const words = {
  title: 'My tasks',
  description: 'What you had made from templates, newest first.',
  none: 'No tasks yet',
  noneHint: 'A task is one run of a template: you can follow its steps and its log.',
  pick: 'Choose a template',
};
