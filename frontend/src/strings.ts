// Every sentence the page shows. Kinds, plugins and templates bring their own words from the API.
import { formatNumber } from './format';

const plural = (count: number, one: string, many: string) => `${formatNumber(count)} ${count === 1 ? one : many}`;

export const strings = {
  product: 'Portal',
  loading: 'Loading',
  less: 'Show fewer',
  clear: 'Clear',
  cancel: 'Cancel',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  back: 'Back',

  nav: {
    label: 'Portal',
    skip: 'Skip to content',
    open: 'Open navigation',
    close: 'Close navigation',
    home: 'Home',
    catalog: 'Catalog',
    create: 'Create',
    tasks: 'My tasks',
    operate: 'Operate',
    register: 'Register',
    problems: 'Problems',
    plugins: 'Plugins',
    graphiql: 'GraphQL',
  },

  user: {
    menu: (name: string) => `Account menu of ${name}`,
    page: 'My page',
    tokens: 'API tokens',
    scheme: 'Colours',
    auto: 'Auto',
    light: 'Light',
    dark: 'Dark',
    signOut: 'Sign out',
  },

  search: {
    open: 'Search',
    placeholder: 'Search components, teams, documentation…',
    recent: 'Recent',
    hint: 'Type a name, a word of a description or of the documentation.',
    inCatalog: (query: string) => `Look for “${query}” in the whole catalog`,
    failed: 'The search did not answer. Try again in a moment.',
  },

  errors: {
    unexpected: 'This part of the page broke',
    unexpectedHint: 'That is a fault of the page, not of what you did. Trying again may help; the rest of the portal still works.',
    code: 'Code',
    retry: 'Try again',
    unauthenticated: { title: 'You are signed out', hint: 'Your session has ended. Sign in again to go on.' },
    denied: { title: 'You may not see this', hint: 'Your account lacks the right for it. An administrator of this portal can grant it.' },
    missing: { title: 'Not found', hint: 'It does not exist, or you may not see it.' },
    busy: { title: 'The portal is busy', hint: 'It answers too many requests right now. Wait a few seconds and try again.' },
    network: { title: 'The portal cannot be reached', hint: 'Check your connection; the page will work again as soon as the portal answers.' },
    server: { title: 'The portal failed to answer', hint: 'The fault is on the portal’s side and has been logged. Try again in a moment.' },
    refused: { title: 'The request was refused', hint: 'The portal did not accept the request as it was.' },
  },

  signIn: {
    title: 'Sign in',
    welcome: 'Sign in to Portal',
    username: 'Username',
    password: 'Password',
    submit: 'Sign in',
    missing: 'Fill this in',
    tooMany: 'Too many attempts. Wait a few minutes, then try again.',
    failed: 'Signing in did not work. Check the username and the password.',
  },

  notFound: {
    title: 'There is no such page',
    hint: 'The address may be mistyped, or the page has moved.',
    home: 'Go to the home page',
  },

  favourite: {
    column: 'Favourite',
    add: (name: string) => `Add ${name} to favourites`,
    remove: (name: string) => `Remove ${name} from favourites`,
  },

  catalog: {
    title: 'Catalog',
    kind: 'Kind',
    allKinds: 'All kinds',
    searchPlaceholder: 'Search by name or words',
    scope: 'Whose entities',
    scopeAll: 'All',
    scopeOwned: 'Owned by me',
    scopeFavourite: 'Favourites',
    filters: 'Filters',
    filterTitles: { type: 'Type', lifecycle: 'Lifecycle', owner: 'Owner', tag: 'Tag', namespace: 'Namespace' },
    state: 'State',
    states: { problems: 'With problems', orphan: 'Orphans' },
    narrow: (title: string) => `Narrow: ${title.toLowerCase()}`,
    noneMatch: 'None match',
    moreValues: (count: number) => `${formatNumber(count)} more`,
    removeFilter: (title: string, value: string) => `Remove filter ${title}: ${value}`,
    clearFilters: 'Clear filters',
    show: (count: number) => `Show ${plural(count, 'entity', 'entities')}`,
    shown: (shown: number, total: number) =>
      shown === total ? plural(total, 'entity', 'entities') : `${formatNumber(shown)} of ${plural(total, 'entity', 'entities')}`,
    pageSize: 'Entities per page',
    perPage: (count: number) => `${count} per page`,
    previous: 'Previous',
    firstPage: 'First page',
    next: 'Next',
    nothingMatches: 'Nothing matches',
    nothingMatchesHint: 'No entity fits all of the chosen filters. Take one away, or look in another kind.',
    nothingHere: 'Nothing of this kind yet',
    nothingHereHint: 'Entities come from catalog-info.yaml files. Register the first one to see it here.',
    columns: {
      name: 'Name',
      kind: 'Kind',
      type: 'Type',
      system: 'System',
      domain: 'Domain',
      owner: 'Owner',
      lifecycle: 'Lifecycle',
      tags: 'Tags',
      updated: 'Changed',
    },
  },

  entity: {
    danglingHint: (ref: string) => `${ref} is named here but is not in the catalog`,
  },
};
