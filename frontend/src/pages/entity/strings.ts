// The sentences of this part of the page.
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

export const historyWords = {
  title: 'History',
  none: 'Nothing has changed yet',
  noneHint: 'Every change of the entity and of its relations is kept from now on and listed here.',
  what: {
    CREATED: 'Came into the catalog',
    CHANGED: 'Changed',
    DELETED: 'Left the catalog',
    RESTORED: 'Came back',
    RENAMED: 'Renamed',
    ORPHANED: 'Its source names it no longer',
    ADOPTED: 'A source names it again',
    RELATED: 'New relation',
    UNRELATED: 'Relation ended',
  },
  causes: {
    ingestion: 'read from its source',
    overlay: 'changed here',
    unregister: 'its location was taken away',
    rename: 'renamed',
    reorganisation: 'reorganised',
    rebuild: 'derived again',
  } as Record<string, string | undefined>,
  by: (actor: string) => `by ${actor}`,
  formerly: (ref: string) => `was ${ref}`,
};

export const accessWords = {
  title: 'Access',
  readers: 'Who can see this',
  editors: 'Who can change this',
  owners: 'Who owns this',
  nobody: 'Nobody but administrators.',
  noOwner: 'Nobody: no owner is named.',
  everyone: 'Everyone who is signed in',
  administrators: 'Administrators',
  incomplete: 'Only your own groups are listed: the whole list is for those who may change the entity.',
};

export const provenanceWords = {
  ask: (field: string) => `Where “${field}” comes from`,
  changedHere: 'changed here',
  origins: { SOURCE: 'Its descriptor', OVERLAY: 'Changed in the portal', DERIVED: 'Made by the catalog' },
  wins: 'shown',
  says: 'says',
  nothing: 'Nothing is set.',
  by: (actor: string) => `by ${actor}`,
  hiddenSource: 'a source that you may not see',
  change: 'Change…',
  takeBack: 'Take the change back',
  takenBack: 'The descriptor has its say again.',
  dialog: (field: string) => `Change ${field.toLowerCase()}`,
  dialogHint: 'The change stands over the descriptor and stays when that is read again. The file is not touched.',
  value: 'New value',
  valueEmpty: 'Left empty it takes the field out.',
  reason: 'Reason',
  reasonHint: 'Why the descriptor does not have the say; everybody can read it.',
  save: 'Change it',
  saved: 'Changed.',
};

export const originWords = {
  ask: (name: string) => `Where the relation to ${name} comes from`,
  field: 'Field',
  declaredBy: 'Declared by',
  since: 'Since',
  file: 'Written in',
};
