// The sentences of this part of the page.
export const words = {
  title: 'Plugins',
  description: 'What is installed, and everything each plugin adds.',
  none: 'No plugins are installed',
  noneHint: 'A plugin is one package and one name in PORTAL_PLUGINS.',
  adds: 'Adds',
};
