// The words of panels.
import { plural } from '../format';

export const panelWords = {
  sortBy: 'Sort by',
  rows: (count: number) => plural(count, 'row', 'rows'),
  refresh: 'Fetch again',
  asked: 'A worker is fetching it; this takes a moment.',
  fresh: 'It was fetched a moment ago.',
  nothing: (title: string) => `${title}: nothing to show`,
  nothingHint: 'The plugin has nothing about this one.',
  time: 'Time',
  pages: 'Pages',
  onThisPage: 'On this page',
  search: 'Search these pages',
  updated: 'Last updated',
  edit: 'Edit this page',
  previous: 'Previous',
  next: 'Next',
  neighbours: 'Previous and next page',
  values: (title: string) => `${title}: the newest values`,
};
