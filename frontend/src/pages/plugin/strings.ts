// The sentences of the pages that plugins add.
export const words = {
  missing: 'There is no such page',
  missingHint: 'No plugin that is enabled here adds it, or you may not see it.',
  parameters: 'What is shown',
  failed: (plugin: string) => `The plugin ${plugin} does not say what can be chosen`,
};
