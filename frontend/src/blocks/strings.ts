// The words of panels.
export const panelWords = {
  rows: (count: number) => `${count} rows`,
  refresh: 'Fetch again',
  asked: 'A worker is fetching it; this takes a moment.',
  fresh: 'It was fetched a moment ago.',
  nothing: (title: string) => `${title}: nothing to show`,
  nothingHint: 'The plugin has nothing about this one.',
  time: 'Time',
  values: (title: string) => `${title}: the newest values`,
};
