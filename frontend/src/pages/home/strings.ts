// The sentences of this part of the page.
export const words = {
  title: 'Home',
  greeting: (name: string) => `Hello, ${name}`,
  memberOf: (groups: string[]) =>
    groups.length > 4 ? `In ${groups.slice(0, 3).join(', ')} and ${groups.length - 3} more groups` : `In ${groups.join(', ')}`,
  owned: 'Owned by me and my groups',
  ownedEmpty: 'Nothing yet',
  ownedEmptyHint: 'What you or your groups own in the catalog is listed here.',
  ownedEmptyNext: 'Look through the catalog',
  all: 'All',
  favourites: 'Favourites',
  favouritesEmptyHint: 'None yet. Press the star of an entity to find it here.',
  recent: 'Looked at last',
};
