// The sentences of this part of the page.
export const docsWords = {
  pages: 'Pages of the documentation',
  updated: 'Read from its source',
  noPage: 'No such page',
  noPageHint: (path: string) => `The documentation has no page ${path}. Choose one from the list.`,
};

export const relationsWords = {
  ownedBy: 'Owned by',
  ownerOf: 'Owns',
  partOf: 'Part of',
  hasPart: 'Parts',
  providesApi: 'Provides APIs',
  apiProvidedBy: 'Provided by',
  consumesApi: 'Consumes APIs',
  apiConsumedBy: 'Consumed by',
  dependsOn: 'Depends on',
  dependencyOf: 'Needed by',
  parentOf: 'Groups below',
  childOf: 'Group above',
  memberOf: 'Member of',
  hasMember: 'Members',
};
