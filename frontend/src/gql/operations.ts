// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import type { Json } from '../api/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How a location is doing as a source. */
export type SourceState =
  /** Read, and nothing is wrong. */
  | 'OK'
  /** Being read at this moment. */
  | 'RUNNING'
  /** A large removal waits for approval. */
  | 'WAITING'
  /** The last look failed; the last error says why. */
  | 'FAILING'
  /** Not read for so long that what it says may be wrong. */
  | 'STALE';

/** An enumeration. */
export type SourceRunOutcome =
  | 'RUNNING'
  | 'CHANGED'
  | 'UNCHANGED'
  | 'HELD'
  | 'FAILED'
  | 'INTERRUPTED';

/** An enumeration. */
export type EntityEventWhat =
  | 'CREATED'
  | 'CHANGED'
  | 'DELETED'
  | 'RESTORED'
  | 'RENAMED'
  | 'ORPHANED'
  | 'ADOPTED'
  | 'RELATED'
  | 'UNRELATED';

/** Where on an entity's page a panel is shown; TEAM is the part of a Group's page about what it owns. */
export type PanelSlot =
  | 'OVERVIEW'
  | 'SIDEBAR'
  | 'TAB'
  | 'TEAM';

/** All conditions given must hold; several values of one list: any of them; an empty list asks nothing. */
export type EntityFilter = {
  kind?: Array<string> | null | undefined;
  type?: Array<string> | null | undefined;
  /** Refs; without a kind they are groups. */
  owner?: Array<string> | null | undefined;
  lifecycle?: Array<string> | null | undefined;
  tags?: Array<string> | null | undefined;
  namespace?: Array<string> | null | undefined;
  /** Refs; without a kind they are systems. */
  system?: Array<string> | null | undefined;
  name?: Array<string> | null | undefined;
  /** Whole refs: `component:default/web`. */
  ref?: Array<string> | null | undefined;
  /** Its source declares it no longer. */
  orphan?: boolean | null | undefined;
  hasProblems?: boolean | null | undefined;
  /** Of the viewer. */
  favourite?: boolean | null | undefined;
  /** By the viewer, or by one of the viewer's groups. */
  owned?: boolean | null | undefined;
  where?: Array<EntityCondition> | null | undefined;
  /** All of these; three levels of relations at most. */
  related?: Array<RelatedFilter> | null | undefined;
  and?: Array<EntityFilter> | null | undefined;
  or?: Array<EntityFilter> | null | undefined;
  not?: EntityFilter | null | undefined;
};

/** On any key of the document: `spec.type`, `metadata.annotations.x/y`, `relations.ownedBy`. */
export type EntityCondition = {
  key: string;
  /** Any of these values; case does not count. */
  in?: Array<string> | null | undefined;
  exists?: boolean | null | undefined;
  /** A value that begins so. */
  prefix?: string | null | undefined;
  /** A value that holds this. */
  contains?: string | null | undefined;
  /** A number, or a point in time: `12.5`, `2026-01-31T08:15:00Z`. Values that are neither do not count. */
  gt?: string | null | undefined;
  /** A number, or a point in time: `12.5`, `2026-01-31T08:15:00Z`. Values that are neither do not count. */
  gte?: string | null | undefined;
  /** A number, or a point in time: `12.5`, `2026-01-31T08:15:00Z`. Values that are neither do not count. */
  lt?: string | null | undefined;
  /** A number, or a point in time: `12.5`, `2026-01-31T08:15:00Z`. Values that are neither do not count. */
  lte?: string | null | undefined;
  /** Turns this condition around. */
  not?: boolean | null | undefined;
};

/** A relation to something that meets a filter of its own. */
export type RelatedFilter = {
  /** `dependsOn`, `ownedBy`, `hasPart`, … */
  type: string;
  filter: EntityFilter;
  /** The field of the descriptor that names it: `spec.dependsOn`. */
  field?: string | null | undefined;
  /** All of these. */
  attributes?: Array<RelationAttribute> | null | undefined;
};

/** Something that is written beside the ref of a relation. */
export type RelationAttribute = {
  key: string;
  /** Any of these values; case does not count. Without it, any value. */
  in?: Array<string> | null | undefined;
};

export type DraftFileInput = {
  path: string;
  content: string;
};

/** An enumeration. */
export type PortalTaskStatus =
  | 'OPEN'
  | 'PROCESSING'
  | 'WAITING'
  | 'PARKED'
  | 'COMPLETED'
  | 'FAILED'
  | 'CANCELLED';

/** An enumeration. */
export type PortalStepStatus =
  | 'OPEN'
  | 'PROCESSING'
  | 'COMPLETED'
  | 'FAILED'
  | 'SKIPPED'
  | 'CANCELLED';

/** An enumeration. */
export type PortalTaskPriority =
  | 'LOW'
  | 'NORMAL'
  | 'HIGH';

/** An enumeration. */
export type PortalTaskAim =
  | 'RUN'
  | 'PLAN'
  | 'DRY_RUN'
  | 'UNDO';

/** An enumeration. */
export type PortalApprovalVerdict =
  | 'APPROVED'
  | 'REJECTED';

/** An enumeration. */
export type PortalEffectState =
  | 'INTENDED'
  | 'DONE'
  | 'FOUND'
  | 'UNDONE'
  | 'LEFT';

/** An enumeration. */
export type WebhookState =
  | 'ACTIVE'
  | 'DISABLED';

/** An enumeration. */
export type WebhookDeliveryState =
  | 'PENDING'
  | 'DELIVERED'
  | 'FAILED';

/** All conditions given must hold; several values of one list: any of them. */
export type ChangeFilter = {
  /** And relations that lead to these. */
  refs?: Array<string> | null | undefined;
  kind?: Array<string> | null | undefined;
  namespace?: Array<string> | null | undefined;
  what?: Array<EntityEventWhat> | null | undefined;
};

/** Who says something about a field. */
export type FieldOrigin =
  | 'SOURCE'
  | 'OVERLAY'
  | 'DERIVED';

/** All conditions given must hold; several values of one: any of them. */
export type ProblemFilter = {
  /** Refs; without a kind they are groups. */
  owner?: Array<string> | null | undefined;
  /** error, warning */
  level?: Array<string> | null | undefined;
  /** Codes of docs/errors.md. */
  code?: Array<string> | null | undefined;
  location?: string | number | null | undefined;
  /** Of what the viewer or one of its groups owns, and of locations that it registered. */
  mine?: boolean | null | undefined;
};

/** What a list is ordered by, then by uid. Values that are missing come last in ascending order. */
export type EntityOrder = {
  field?: EntityOrderField | null | undefined;
  /** Instead of a field: any key of the document, `spec.tier`, as text. */
  key?: string | null | undefined;
  direction?: OrderDirection | null | undefined;
};

/** An enumeration. */
export type EntityOrderField =
  | 'NAME'
  | 'KIND'
  | 'TYPE'
  | 'LIFECYCLE'
  | 'OWNER'
  | 'UPDATED_AT'
  | 'CREATED_AT';

/** Which end of an order comes first. */
export type OrderDirection =
  | 'ASC'
  | 'DESC';

export type GrantPluginPermissionInput = {
  plugin: string;
  /** Its name, without the plugin's. */
  permission: string;
  subjects?: Array<string> | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type FetchAgainInput = {
  plugin: string;
  /** The name of what it fetches. */
  source: string;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type DecidePluginClaimsInput = {
  plugin: string;
  /** Each as the plugin states it, or narrower. Null: as PORTAL_CLAIMS_ACCEPTED says. */
  accepted?: PluginClaimsInput | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

/** What is accepted; what is left out is refused. */
export type PluginClaimsInput = {
  kinds?: Array<string> | null | undefined;
  fields?: Array<string> | null | undefined;
  annotations?: Array<string> | null | undefined;
  secrets?: Array<string> | null | undefined;
  hosts?: Array<string> | null | undefined;
  clusters?: Array<string> | null | undefined;
};

export type ChangePluginSettingsInput = {
  plugin: string;
  /** Values by the names of the settings; null takes one back to its default. What is not named stays, also a secret part of an entry whose first field stays the same. */
  values: Json;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type MarkNotificationsReadInput = {
  /** All that are unread, if left out. */
  ids?: Array<string | number> | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type CreateApiTokenInput = {
  name: string;
  scopes: Array<string>;
  expiresInDays: number;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type RevokeApiTokenInput = {
  id: string | number;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type DryRunTemplateInput = {
  /** YAML of the Template entity. */
  text: string;
  values: Json;
  /** Names and texts; gone when the dry run has ended. */
  secrets?: Json | null | undefined;
  /** What lies beside it; left out: what lies beside the catalog's template of that name. */
  files?: Array<DraftFileInput> | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type RunTemplateInput = {
  templateRef: string;
  parameters: Json;
  /** Names and texts: kept encrypted, shown to nobody, gone when the task ends. */
  secrets?: Json | null | undefined;
  /** Compute the plan and wait for your approval before anything changes. */
  planFirst?: boolean | null | undefined;
  /** LOW lets other tasks go first; HIGH is for administrators. */
  priority?: PortalTaskPriority | null | undefined;
  /** Asking again with the same key gives the same task. */
  idempotencyKey?: string | null | undefined;
};

export type CancelTaskInput = {
  id: string | number;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type RetryTaskInput = {
  id: string | number;
  /** Other values for the form; the same ones if left out. */
  parameters?: Json | null | undefined;
  /** Those that the task had. Names and texts: kept encrypted, shown to nobody, gone when the task ends. */
  secrets?: Json | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type UndoTaskInput = {
  id: string | number;
  /** Those that the task had. Names and texts: kept encrypted, shown to nobody, gone when the task ends. */
  secrets?: Json | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type DecideTaskInput = {
  id: string | number;
  /** Of the plan that you have read. */
  planHash: string;
  comment?: string | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type RunEntityActionInput = {
  ref: string;
  plugin: string;
  action: string;
  /** What the form's schema asks for. */
  values: Json;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type RefreshPanelInput = {
  /** The entity whose page shows it. */
  ref?: string | null | undefined;
  /** The id of the plugin's page that shows it; neither: the home page. */
  page?: string | null | undefined;
  /** What that page is asked for, by the names of its parameters. */
  given?: Json | null | undefined;
  /** The panel's id. */
  panel: string;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type SaveViewInput = {
  /** Change this one; without it, a new one is kept. */
  id?: string | number | null | undefined;
  name: string;
  /** The address of the list after its question mark. */
  search: string;
  /** A group that you are in, to share it with; null: for yourself. */
  groupRef?: string | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type DeleteViewInput = {
  id: string | number;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type CreateWebhookInput = {
  name: string;
  url: string;
  /** Only these events; every one if left out. */
  filter?: ChangeFilter | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type UpdateWebhookInput = {
  id: string | number;
  name?: string | null | undefined;
  url?: string | null | undefined;
  filter?: ChangeFilter | null | undefined;
  /** Enabled again, it goes on where it stopped. */
  enabled?: boolean | null | undefined;
  newSecret?: boolean | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type DeleteWebhookInput = {
  id: string | number;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type ReplayWebhookInput = {
  id: string | number;
  /** Of an event, a delivery or the feed. */
  cursor: string;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type RefreshLocationInput = {
  locationId: string | number;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type TrustLocationInput = {
  locationId: string | number;
  trusted: boolean;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type ApproveRemovalInput = {
  locationId: string | number;
  /** How many you have seen waiting. */
  count: number;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type DismissRemovalInput = {
  locationId: string | number;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type SetOverlaysInput = {
  /** JSON pointer: /spec/owner */
  path: string;
  /** At most 100. */
  values: Array<OverlayValueInput>;
  /** Why the descriptors do not have the say. */
  reason: string;
  /** Only say what would happen; needs no reason yet. */
  dryRun?: boolean | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

/** What one entity is to have at the path. */
export type OverlayValueInput = {
  ref: string;
  /** Null takes the field out; it must be said. */
  value?: Json | null | undefined;
  /** Refuse where the entity has another one by now. */
  expectedEtag?: string | null | undefined;
};

export type RegisterLocationInput = {
  /** An address, or <type>:<target>; docs/catalog.md */
  target: string;
  /** Only say what would happen. */
  dryRun?: boolean | null | undefined;
  /** It may define every kind: users, groups, templates too. For administrators. */
  trusted?: boolean | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type UnregisterLocationInput = {
  id: string | number;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type RefreshEntityInput = {
  ref: string;
  /** Refuse with ENTITY_CHANGED where the entity is not this one any more. */
  expectedEtag?: string | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type RemoveEntityInput = {
  ref: string;
  /** Delete nothing if the entity has another one by now. */
  expectedEtag?: string | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type SetOverlayInput = {
  ref: string;
  /** JSON pointer: /spec/owner */
  path: string;
  /** Null takes the field out; it must be said. */
  value?: Json | null | undefined;
  /** Why the descriptor does not have the say. */
  reason: string;
  /** Set nothing if the entity has another one by now. */
  expectedEtag?: string | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type RemoveOverlayInput = {
  ref: string;
  path: string;
  /** Refuse with ENTITY_CHANGED where the entity is not this one any more. */
  expectedEtag?: string | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type SetFavouriteInput = {
  ref: string;
  favourite: boolean;
  /** Refuse with ENTITY_CHANGED where the entity is not this one any more. */
  expectedEtag?: string | null | undefined;
  /** A repeat with the same key within a day does nothing and answers the same. */
  idempotencyKey?: string | null | undefined;
};

export type PanelPartsFragment = { plugin: string, id: string, title: string, slot: PanelSlot | null, failed: string | null, pending: boolean, asOf: string | null, canRefresh: boolean, blocks: Array<
    | { __typename: 'StatBlock', label: string, value: string, unit: string | null, hint: string | null }
    | { __typename: 'StatusBlock', label: string, level: string, detail: string | null }
    | { __typename: 'TextBlock', html: string }
    | { __typename: 'LinksBlock', links: Array<{ url: string, title: string | null, safe: boolean }> }
    | { __typename: 'TableBlock', columns: Array<string>, file: string | null, rows: Array<Array<{ text: string, url: string | null, level: string | null }>> }
    | { __typename: 'KeyValueBlock', items: Array<{ key: string, value: string }> }
    | { __typename: 'SeriesBlock', title: string, unit: string | null, lines: Array<{ label: string, points: Array<{ at: string, value: number | null }> }>, thresholds: Array<{ label: string, value: number, level: string }> }
    | { __typename: 'BarsBlock', title: string, unit: string | null, bars: Array<{ label: string, value: number, text: string | null, level: string | null, url: string | null }> }
    | { __typename: 'GaugeBlock', label: string, amount: number, maximum: number, unit: string | null, level: string, detail: string | null }
    | { __typename: 'TimelineBlock', moments: Array<{ at: string, title: string, level: string, detail: string | null, url: string | null }> }
    | { __typename: 'TreeBlock', nodes: Array<{ depth: number, label: string, level: string | null, detail: string | null, url: string | null }> }
    | { __typename: 'DocumentBlock', title: string, html: string, current: string, updatedAt: string | null, editUrl: string | null, search: string | null, lookedFor: string, pages: Array<{ depth: number, label: string, detail: string | null, url: string | null }>, headings: Array<{ id: string, title: string, level: number }> }
    | { __typename: 'LogBlock', title: string, lines: Array<{ text: string, at: string | null, level: string }> }
    | { __typename: 'FormBlock', title: string, action: string, schema: Json, submit: string, values: Json, entity: string }
    | { __typename: 'EmptyBlock', title: string, message: string }
    | { __typename: 'ErrorBlock', title: string, message: string }
  > };

export type PanelPlaceFragment = { plugin: string, id: string, title: string, slot: PanelSlot | null, wide: boolean };

export type EntityPanelsQueryVariables = Exact<{
  ref: string;
  ids: Array<string> | string;
  given?: Json | null | undefined;
  within?: number | null | undefined;
}>;


export type EntityPanelsQuery = { entity:
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
    | { ref: string, panels: Array<PanelPartsFragment> }
   | null };

export type PluginPagePanelsQueryVariables = Exact<{
  id: string;
  given?: Json | null | undefined;
  ids: Array<string> | string;
  within?: number | null | undefined;
}>;


export type PluginPagePanelsQuery = { pluginPage: { panels: Array<PanelPartsFragment> } | null };

export type HomePanelsQueryVariables = Exact<{
  ids: Array<string> | string;
  within?: number | null | undefined;
}>;


export type HomePanelsQuery = { homePanels: Array<PanelPartsFragment> };

export type RefreshPanelMutationVariables = Exact<{
  input: RefreshPanelInput;
}>;


export type RefreshPanelMutation = { refreshPanel: { requested: number | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type RunEntityActionMutationVariables = Exact<{
  input: RunEntityActionInput;
}>;


export type RunEntityActionMutation = { runEntityAction: { message: string | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

type EntityRow_AiResource_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Api_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Component_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Domain_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Group_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_KindDefinition_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Location_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Resource_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Scorecard_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_System_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Template_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_User_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_PortalEntity_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

export type EntityRowFragment =
  | EntityRow_AiResource_Fragment
  | EntityRow_Api_Fragment
  | EntityRow_Component_Fragment
  | EntityRow_Domain_Fragment
  | EntityRow_Group_Fragment
  | EntityRow_KindDefinition_Fragment
  | EntityRow_Location_Fragment
  | EntityRow_Resource_Fragment
  | EntityRow_Scorecard_Fragment
  | EntityRow_System_Fragment
  | EntityRow_Template_Fragment
  | EntityRow_User_Fragment
  | EntityRow_PortalEntity_Fragment
;

export type SetFavouriteMutationVariables = Exact<{
  input: SetFavouriteInput;
}>;


export type SetFavouriteMutation = { setFavourite: { entity:
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
      | { ref: string, isFavourite: boolean }
     | null, problems: Array<{ code: string, message: string }> } };

export type PickEntitiesQueryVariables = Exact<{
  filter?: EntityFilter | null | undefined;
  search?: string | null | undefined;
}>;


export type PickEntitiesQuery = { entities: { totalCount: number, nodes: Array<
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
    > } };

export type PickNamesQueryVariables = Exact<{
  refs: Array<string> | string;
}>;


export type PickNamesQuery = { entitiesByRefs: Array<
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null> };

export type PickMyGroupsQueryVariables = Exact<{ [key: string]: never; }>;


export type PickMyGroupsQuery = { viewer: { groups: Array<
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
      | { ref: string, kind: string, type: string | null, displayName: string }
    > } };

export type PickTagsQueryVariables = Exact<{
  filter?: EntityFilter | null | undefined;
}>;


export type PickTagsQuery = { entityFacets: Array<{ key: string, buckets: Array<{ value: string, count: number, label: string }> }> };

export type BellQueryVariables = Exact<{ [key: string]: never; }>;


export type BellQuery = { unreadNotifications: number };

export type ShellQueryVariables = Exact<{ [key: string]: never; }>;


export type ShellQuery = { viewer: { id: string, username: string, displayName: string, email: string, isAdmin: boolean, userRef: string | null }, portal: { title: string, version: string, streamsUrl: string }, pluginPages: Array<{ id: string, title: string, icon: string }>, kinds: Array<{ name: string, plural: string, label: string, icon: string }> };

export type SearchPaletteQueryVariables = Exact<{
  query: string;
}>;


export type SearchPaletteQuery = { search: { nodes: Array<{ type: string, title: string, text: string, href: string, ref: string | null, entity:
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
        | { kind: string, type: string | null }
       | null }> } };

export type ActionsQueryVariables = Exact<{ [key: string]: never; }>;


export type ActionsQuery = { actions: Array<{ id: string, title: string, description: string, inputSchema: Json, outputSchema: Json, runsDry: boolean, canUndo: boolean, scopes: Array<string>, examples: Array<{ description: string, steps: string, template: string, files: Array<{ path: string, content: string | null }> }> }> };

export type TryDraftMutationVariables = Exact<{
  input: DryRunTemplateInput;
}>;


export type TryDraftMutation = { dryRunTemplate: { output: Json | null, log: Array<{ message: string, stepId: string | null, status: string | null }>, files: Array<{ path: string, content: string | null, executable: boolean }>, effects: Array<{ verb: string, target: string }>, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type CatalogQueryVariables = Exact<{
  filter?: EntityFilter | null | undefined;
  search?: string | null | undefined;
  orderBy?: EntityOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  withAnnotations?: boolean | null | undefined;
  withLabels?: boolean | null | undefined;
}>;


export type CatalogQuery = { entities: { totalCount: number, nodes: Array<
      | CatalogRow_AiResource_Fragment
      | CatalogRow_Api_Fragment
      | CatalogRow_Component_Fragment
      | CatalogRow_Domain_Fragment
      | CatalogRow_Group_Fragment
      | CatalogRow_KindDefinition_Fragment
      | CatalogRow_Location_Fragment
      | CatalogRow_Resource_Fragment
      | CatalogRow_Scorecard_Fragment
      | CatalogRow_System_Fragment
      | CatalogRow_Template_Fragment
      | CatalogRow_User_Fragment
      | CatalogRow_PortalEntity_Fragment
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CatalogFacetsQueryVariables = Exact<{
  filter?: EntityFilter | null | undefined;
  search?: string | null | undefined;
}>;


export type CatalogFacetsQuery = { entityFacets: Array<{ key: string, buckets: Array<{ value: string, count: number, label: string }> }> };

type CatalogRow_AiResource_Fragment = { __typename: 'AiResource', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_Api_Fragment = { __typename: 'API', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, system:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_Component_Fragment = { __typename: 'Component', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, system:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_Domain_Fragment = { __typename: 'Domain', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_Group_Fragment = { __typename: 'Group', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_KindDefinition_Fragment = { __typename: 'KindDefinition', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_Location_Fragment = { __typename: 'Location', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_Resource_Fragment = { __typename: 'Resource', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, system:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_Scorecard_Fragment = { __typename: 'Scorecard', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_System_Fragment = { __typename: 'System', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, domain:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_Template_Fragment = { __typename: 'Template', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_User_Fragment = { __typename: 'User', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type CatalogRow_PortalEntity_Fragment = { __typename: 'PortalEntity', ref: string, kind: string, namespace: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, createdAt: string, updatedAt: string, etag: string, annotations?: Json, labels?: Json, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

export type CatalogRowFragment =
  | CatalogRow_AiResource_Fragment
  | CatalogRow_Api_Fragment
  | CatalogRow_Component_Fragment
  | CatalogRow_Domain_Fragment
  | CatalogRow_Group_Fragment
  | CatalogRow_KindDefinition_Fragment
  | CatalogRow_Location_Fragment
  | CatalogRow_Resource_Fragment
  | CatalogRow_Scorecard_Fragment
  | CatalogRow_System_Fragment
  | CatalogRow_Template_Fragment
  | CatalogRow_User_Fragment
  | CatalogRow_PortalEntity_Fragment
;

export type ColumnKeysQueryVariables = Exact<{
  filter?: EntityFilter | null | undefined;
}>;


export type ColumnKeysQuery = { entities: { nodes: Array<
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
      | { annotations: Json, labels: Json }
    > } };

export type SavedViewFragment = { id: string, name: string, search: string, groupRef: string | null, group:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

export type SavedViewsQueryVariables = Exact<{ [key: string]: never; }>;


export type SavedViewsQuery = { savedViews: Array<SavedViewFragment> };

export type SaveViewMutationVariables = Exact<{
  input: SaveViewInput;
}>;


export type SaveViewMutation = { saveView: { view: SavedViewFragment | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type DeleteViewMutationVariables = Exact<{
  input: DeleteViewInput;
}>;


export type DeleteViewMutation = { deleteView: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type SetOverlaysMutationVariables = Exact<{
  input: SetOverlaysInput;
}>;


export type SetOverlaysMutation = { setOverlays: { outcomes: Array<{ ref: string, before: Json | null, after: Json | null, refused: { code: string, message: string } | null }>, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type RemoveEntityMutationVariables = Exact<{
  input: RemoveEntityInput;
}>;


export type RemoveEntityMutation = { removeEntity: { ref: string | null, problems: Array<{ code: string, message: string }> } };

type ChosenEntity_AiResource_Fragment = { __typename: 'AiResource', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_Api_Fragment = { __typename: 'API', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_Component_Fragment = { __typename: 'Component', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_Domain_Fragment = { __typename: 'Domain', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_Group_Fragment = { __typename: 'Group', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_KindDefinition_Fragment = { __typename: 'KindDefinition', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_Location_Fragment = { __typename: 'Location', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_Resource_Fragment = { __typename: 'Resource', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_Scorecard_Fragment = { __typename: 'Scorecard', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_System_Fragment = { __typename: 'System', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_Template_Fragment = { __typename: 'Template', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_User_Fragment = { __typename: 'User', ref: string, displayName: string, tags: Array<string>, etag: string };

type ChosenEntity_PortalEntity_Fragment = { __typename: 'PortalEntity', ref: string, displayName: string, tags: Array<string>, etag: string };

export type ChosenEntityFragment =
  | ChosenEntity_AiResource_Fragment
  | ChosenEntity_Api_Fragment
  | ChosenEntity_Component_Fragment
  | ChosenEntity_Domain_Fragment
  | ChosenEntity_Group_Fragment
  | ChosenEntity_KindDefinition_Fragment
  | ChosenEntity_Location_Fragment
  | ChosenEntity_Resource_Fragment
  | ChosenEntity_Scorecard_Fragment
  | ChosenEntity_System_Fragment
  | ChosenEntity_Template_Fragment
  | ChosenEntity_User_Fragment
  | ChosenEntity_PortalEntity_Fragment
;

export type CatalogMatchesQueryVariables = Exact<{
  filter?: EntityFilter | null | undefined;
  search?: string | null | undefined;
  orderBy?: EntityOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CatalogMatchesQuery = { entities: { nodes: Array<
      | ChosenEntity_AiResource_Fragment
      | ChosenEntity_Api_Fragment
      | ChosenEntity_Component_Fragment
      | ChosenEntity_Domain_Fragment
      | ChosenEntity_Group_Fragment
      | ChosenEntity_KindDefinition_Fragment
      | ChosenEntity_Location_Fragment
      | ChosenEntity_Resource_Fragment
      | ChosenEntity_Scorecard_Fragment
      | ChosenEntity_System_Fragment
      | ChosenEntity_Template_Fragment
      | ChosenEntity_User_Fragment
      | ChosenEntity_PortalEntity_Fragment
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ChosenAgainQueryVariables = Exact<{
  refs: Array<string> | string;
}>;


export type ChosenAgainQuery = { entitiesByRefs: Array<
    | ChosenEntity_AiResource_Fragment
    | ChosenEntity_Api_Fragment
    | ChosenEntity_Component_Fragment
    | ChosenEntity_Domain_Fragment
    | ChosenEntity_Group_Fragment
    | ChosenEntity_KindDefinition_Fragment
    | ChosenEntity_Location_Fragment
    | ChosenEntity_Resource_Fragment
    | ChosenEntity_Scorecard_Fragment
    | ChosenEntity_System_Fragment
    | ChosenEntity_Template_Fragment
    | ChosenEntity_User_Fragment
    | ChosenEntity_PortalEntity_Fragment
   | null> };

type TemplateCard_AiResource_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_Api_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_Component_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_Domain_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_Group_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_KindDefinition_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_Location_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_Resource_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_Scorecard_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_System_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_Template_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_User_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

type TemplateCard_PortalEntity_Fragment = { ref: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, tags: Array<string>, isFavourite: boolean, ownerRef: string | null, owner:
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
    | { ref: string, displayName: string }
   | null };

export type TemplateCardFragment =
  | TemplateCard_AiResource_Fragment
  | TemplateCard_Api_Fragment
  | TemplateCard_Component_Fragment
  | TemplateCard_Domain_Fragment
  | TemplateCard_Group_Fragment
  | TemplateCard_KindDefinition_Fragment
  | TemplateCard_Location_Fragment
  | TemplateCard_Resource_Fragment
  | TemplateCard_Scorecard_Fragment
  | TemplateCard_System_Fragment
  | TemplateCard_Template_Fragment
  | TemplateCard_User_Fragment
  | TemplateCard_PortalEntity_Fragment
;

export type CreateQueryVariables = Exact<{
  filter?: EntityFilter | null | undefined;
  facetFilter?: EntityFilter | null | undefined;
  search?: string | null | undefined;
}>;


export type CreateQuery = { templates: { totalCount: number, nodes: Array<
      | TemplateCard_AiResource_Fragment
      | TemplateCard_Api_Fragment
      | TemplateCard_Component_Fragment
      | TemplateCard_Domain_Fragment
      | TemplateCard_Group_Fragment
      | TemplateCard_KindDefinition_Fragment
      | TemplateCard_Location_Fragment
      | TemplateCard_Resource_Fragment
      | TemplateCard_Scorecard_Fragment
      | TemplateCard_System_Fragment
      | TemplateCard_Template_Fragment
      | TemplateCard_User_Fragment
      | TemplateCard_PortalEntity_Fragment
    > }, entityFacets: Array<{ key: string, buckets: Array<{ value: string, count: number, label: string }> }>, brokenTemplates: Array<{ ref: string, title: string, problems: Array<{ code: string, message: string }> }> };

export type RecentTemplatesQueryVariables = Exact<{ [key: string]: never; }>;


export type RecentTemplatesQuery = { tasks: { nodes: Array<{ templateRef: string }> } };

export type ReadDraftQueryVariables = Exact<{
  text: string;
  files?: Array<DraftFileInput> | DraftFileInput | null | undefined;
}>;


export type ReadDraftQuery = { draft: { document: Json | null, findings: Array<{ code: string, message: string, level: string, path: string, line: number }> } };

export type EditorTemplatesQueryVariables = Exact<{ [key: string]: never; }>;


export type EditorTemplatesQuery = { templates: { nodes: Array<
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
      | { ref: string, namespace: string, name: string, displayName: string }
    > } };

export type EditorTemplateQueryVariables = Exact<{
  ref: string;
}>;


export type EditorTemplateQuery = { entity:
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { steps: Json | null, ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
    | { ref: string, namespace: string, name: string, displayName: string, descriptor: string | null }
   | null };

export type EntityPageQueryVariables = Exact<{
  ref: string;
}>;


export type EntityPageQuery = { entity:
    | { __typename: 'AiResource', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'API', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'Component', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'Domain', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'Group', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'KindDefinition', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'Location', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'Resource', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'Scorecard', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'System', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'Template', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'User', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
    | { __typename: 'PortalEntity', ref: string, kind: string, namespace: string, name: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, labels: Json, annotations: Json, ownerRef: string | null, sourcePath: string | null, sourceLine: number | null, orphan: boolean, isFavourite: boolean, etag: string, createdAt: string, updatedAt: string, profile: Json | null, links: Array<{ url: string, title: string | null, safe: boolean }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean } }, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }>, location: { type: string, target: string } | null, overlays: Array<{ path: string }>, panelPlaces: Array<PanelPlaceFragment> }
   | null };

export type RelationRowFragment = { type: string, targetRef: string, declaredBy: string | null, field: string | null, attributes: Json | null, entity:
    | EntityRow_AiResource_Fragment
    | EntityRow_Api_Fragment
    | EntityRow_Component_Fragment
    | EntityRow_Domain_Fragment
    | EntityRow_Group_Fragment
    | EntityRow_KindDefinition_Fragment
    | EntityRow_Location_Fragment
    | EntityRow_Resource_Fragment
    | EntityRow_Scorecard_Fragment
    | EntityRow_System_Fragment
    | EntityRow_Template_Fragment
    | EntityRow_User_Fragment
    | EntityRow_PortalEntity_Fragment
   | null };

export type EntityRelationsQueryVariables = Exact<{
  ref: string;
  type: string;
  first: number;
  after?: string | null | undefined;
}>;


export type EntityRelationsQuery = { entity:
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { totalCount: number, nodes: Array<RelationRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
   | null };

export type RelationOriginsQueryVariables = Exact<{
  ref: string;
}>;


export type RelationOriginsQuery = { entity:
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
    | { displayName: string, relations: { nodes: Array<{ targetRef: string, declaredBy: string | null, field: string | null, since: string | null, source: string | null, file: string | null, line: number | null }> } }
   | null };

export type EntitySourceQueryVariables = Exact<{
  ref: string;
}>;


export type EntitySourceQuery = { entity:
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
    | { document: Json, descriptor: string | null }
   | null };

export type EntityDefinitionQueryVariables = Exact<{
  ref: string;
}>;


export type EntityDefinitionQuery = { entity:
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
    | { definition: Json | null }
   | null };

export type RefreshEntityMutationVariables = Exact<{
  input: RefreshEntityInput;
}>;


export type RefreshEntityMutation = { refreshEntity: { entity:
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
     | null, problems: Array<{ code: string, message: string }> } };

export type EntityHistoryQueryVariables = Exact<{
  ref: string;
  first: number;
  after?: string | null | undefined;
}>;


export type EntityHistoryQuery = { entityHistory: { totalCount: number, nodes: Array<{ id: string, at: string, what: EntityEventWhat, ref: string, formerRef: string | null, actor: string, cause: string, source: string | null, relation: { type: string, targetRef: string } | null, changes: Array<{ path: string, before: Json | null, after: Json | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type EntityAccessQueryVariables = Exact<{
  ref: string;
}>;


export type EntityAccessQuery = { explainAccess: { everyone: boolean, complete: boolean, readers: Array<AccessLineFragment>, editors: Array<AccessLineFragment>, owners: Array<AccessLineFragment> } };

export type AccessLineFragment = { subject: string, because: string };

export type FieldProvenanceQueryVariables = Exact<{
  ref: string;
  path: string;
}>;


export type FieldProvenanceQuery = { explainField: { value: Json | null, layers: Array<{ origin: FieldOrigin, path: string, value: Json | null, source: string | null, file: string | null, line: number | null, at: string | null, actor: string | null, reason: string | null, wins: boolean }> } };

export type SetOverlayMutationVariables = Exact<{
  input: SetOverlayInput;
}>;


export type SetOverlayMutation = { setOverlay: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type RemoveOverlayMutationVariables = Exact<{
  input: RemoveOverlayInput;
}>;


export type RemoveOverlayMutation = { removeOverlay: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type GraphNodesQueryVariables = Exact<{
  refs: Array<string> | string;
}>;


export type GraphNodesQuery = { entitiesByRefs: Array<
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { ref: string, kind: string, type: string | null, displayName: string, relations: { totalCount: number, nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
   | null> };

export type GraphMoreQueryVariables = Exact<{
  ref: string;
  after?: string | null | undefined;
}>;


export type GraphMoreQuery = { entity:
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { relations: { nodes: Array<{ type: string, targetRef: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
   | null };

export type GraphBeginQueryVariables = Exact<{
  recent: Array<string> | string;
}>;


export type GraphBeginQuery = { recent: Array<
    | EntityRow_AiResource_Fragment
    | EntityRow_Api_Fragment
    | EntityRow_Component_Fragment
    | EntityRow_Domain_Fragment
    | EntityRow_Group_Fragment
    | EntityRow_KindDefinition_Fragment
    | EntityRow_Location_Fragment
    | EntityRow_Resource_Fragment
    | EntityRow_Scorecard_Fragment
    | EntityRow_System_Fragment
    | EntityRow_Template_Fragment
    | EntityRow_User_Fragment
    | EntityRow_PortalEntity_Fragment
   | null>, entities: { nodes: Array<
      | EntityRow_AiResource_Fragment
      | EntityRow_Api_Fragment
      | EntityRow_Component_Fragment
      | EntityRow_Domain_Fragment
      | EntityRow_Group_Fragment
      | EntityRow_KindDefinition_Fragment
      | EntityRow_Location_Fragment
      | EntityRow_Resource_Fragment
      | EntityRow_Scorecard_Fragment
      | EntityRow_System_Fragment
      | EntityRow_Template_Fragment
      | EntityRow_User_Fragment
      | EntityRow_PortalEntity_Fragment
    > } };

export type GraphStartQueryVariables = Exact<{
  search: string;
}>;


export type GraphStartQuery = { entities: { nodes: Array<
      | EntityRow_AiResource_Fragment
      | EntityRow_Api_Fragment
      | EntityRow_Component_Fragment
      | EntityRow_Domain_Fragment
      | EntityRow_Group_Fragment
      | EntityRow_KindDefinition_Fragment
      | EntityRow_Location_Fragment
      | EntityRow_Resource_Fragment
      | EntityRow_Scorecard_Fragment
      | EntityRow_System_Fragment
      | EntityRow_Template_Fragment
      | EntityRow_User_Fragment
      | EntityRow_PortalEntity_Fragment
    > } };

export type HomeQueryVariables = Exact<{
  recent: Array<string> | string;
}>;


export type HomeQuery = { viewer: { displayName: string, owned: { totalCount: number, nodes: Array<
        | EntityRow_AiResource_Fragment
        | EntityRow_Api_Fragment
        | EntityRow_Component_Fragment
        | EntityRow_Domain_Fragment
        | EntityRow_Group_Fragment
        | EntityRow_KindDefinition_Fragment
        | EntityRow_Location_Fragment
        | EntityRow_Resource_Fragment
        | EntityRow_Scorecard_Fragment
        | EntityRow_System_Fragment
        | EntityRow_Template_Fragment
        | EntityRow_User_Fragment
        | EntityRow_PortalEntity_Fragment
      > }, favourites: Array<
      | EntityRow_AiResource_Fragment
      | EntityRow_Api_Fragment
      | EntityRow_Component_Fragment
      | EntityRow_Domain_Fragment
      | EntityRow_Group_Fragment
      | EntityRow_KindDefinition_Fragment
      | EntityRow_Location_Fragment
      | EntityRow_Resource_Fragment
      | EntityRow_Scorecard_Fragment
      | EntityRow_System_Fragment
      | EntityRow_Template_Fragment
      | EntityRow_User_Fragment
      | EntityRow_PortalEntity_Fragment
    >, groups: Array<
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
    > }, recent: Array<
    | EntityRow_AiResource_Fragment
    | EntityRow_Api_Fragment
    | EntityRow_Component_Fragment
    | EntityRow_Domain_Fragment
    | EntityRow_Group_Fragment
    | EntityRow_KindDefinition_Fragment
    | EntityRow_Location_Fragment
    | EntityRow_Resource_Fragment
    | EntityRow_Scorecard_Fragment
    | EntityRow_System_Fragment
    | EntityRow_Template_Fragment
    | EntityRow_User_Fragment
    | EntityRow_PortalEntity_Fragment
   | null>, homePanelPlaces: Array<PanelPlaceFragment> };

export type NotificationsQueryVariables = Exact<{ [key: string]: never; }>;


export type NotificationsQuery = { notifications: Array<{ id: string, title: string, info: string, link: string | null, severity: string, topic: string | null, origin: string, createdAt: string, readAt: string | null }> };

export type MarkNotificationsReadMutationVariables = Exact<{
  input: MarkNotificationsReadInput;
}>;


export type MarkNotificationsReadMutation = { markNotificationsRead: { read: number | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type PluginPageQueryVariables = Exact<{
  id: string;
  given?: Json | null | undefined;
}>;


export type PluginPageQuery = { pluginPage: { id: string, plugin: string, title: string, description: string, failed: string | null, parameters: Array<{ name: string, title: string, value: string, choices: Array<{ value: string, label: string }> | null }>, panelPlaces: Array<PanelPlaceFragment> } | null };

export type PluginsQueryVariables = Exact<{ [key: string]: never; }>;


export type PluginsQuery = { plugins: Array<{ name: string, verboseName: string, description: string, version: string, enabled: boolean, state: string, reason: string | null, contributions: Array<{ point: string, name: string }>, claims: Array<{ claim: string, value: string, accepted: Array<string>, uses: number, refusals: number, lastUsedAt: string | null }> | null, permissions: Array<{ name: string, description: string, subjects: Array<string>, decided: boolean }> | null, settings: { schema: Json, fields: Array<{ name: string, variable: string, title: string, help: string, secret: boolean, source: string, editable: boolean, isSet: boolean, value: Json | null }> } | null, settingsPanels: Array<PanelPartsFragment> | null }>, pluginFetches: Array<{ plugin: string, name: string, targets: number, waiting: number, failing: number, error: string, nextTry: string | null, oldest: string | null, newest: string | null }> | null };

export type FetchAgainMutationVariables = Exact<{
  input: FetchAgainInput;
}>;


export type FetchAgainMutation = { fetchAgain: { requested: number | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type DecidePluginClaimsMutationVariables = Exact<{
  input: DecidePluginClaimsInput;
}>;


export type DecidePluginClaimsMutation = { decidePluginClaims: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type ChangePluginSettingsMutationVariables = Exact<{
  input: ChangePluginSettingsInput;
}>;


export type ChangePluginSettingsMutation = { changePluginSettings: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type GrantPluginPermissionMutationVariables = Exact<{
  input: GrantPluginPermissionInput;
}>;


export type GrantPluginPermissionMutation = { grantPluginPermission: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type ProblemsQueryVariables = Exact<{
  filter?: ProblemFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ProblemsQuery = { problems: { totalCount: number, nodes: Array<{ level: string, code: string, message: string, path: string | null, line: number | null, ref: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ProblemOwnersQueryVariables = Exact<{
  search?: string | null | undefined;
}>;


export type ProblemOwnersQuery = { entities: { nodes: Array<
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
    > } };

export type RegisterLocationMutationVariables = Exact<{
  input: RegisterLocationInput;
}>;


export type RegisterLocationMutation = { registerLocation: { location: { id: string, target: string, problems: Array<{ level: string }> } | null, entities: Array<
      | EntityRow_AiResource_Fragment
      | EntityRow_Api_Fragment
      | EntityRow_Component_Fragment
      | EntityRow_Domain_Fragment
      | EntityRow_Group_Fragment
      | EntityRow_KindDefinition_Fragment
      | EntityRow_Location_Fragment
      | EntityRow_Resource_Fragment
      | EntityRow_Scorecard_Fragment
      | EntityRow_System_Fragment
      | EntityRow_Template_Fragment
      | EntityRow_User_Fragment
      | EntityRow_PortalEntity_Fragment
    >, preview: Array<{ ref: string, kind: string, name: string, path: string, outcome: string, message: string | null, changes: Array<{ path: string, before: Json | null, after: Json | null }> }>, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type SearchPageQueryVariables = Exact<{
  query: string;
  types?: Array<string> | string | null | undefined;
  kinds?: Array<string> | string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type SearchPageQuery = { search: { totalCount: number, nodes: Array<{ type: string, title: string, titleHighlight: string, highlight: string, href: string, entity:
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
        | { kind: string, type: string | null, displayName: string, ownerRef: string | null, owner:
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
            | { ref: string, displayName: string }
           | null }
       | null }>, facets: Array<{ key: string, buckets: Array<{ value: string, label: string, count: number }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SourcesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type SourcesQuery = { locations: { totalCount: number, nodes: Array<{ id: string, title: string, type: string, target: string, state: SourceState, registeredBy: string, trusted: boolean, lastAttemptAt: string | null, lastSuccessAt: string | null, nextAttemptAt: string | null, unchangedSince: string | null, lastError: string | null, entityCount: number, problems: Array<{ level: string }>, pendingRemoval: { refs: Array<string>, count: number, total: number, since: string, reason: string } | null, last: { nodes: Array<SourceRunPartsFragment> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SourceRunPartsFragment = { id: string, startedAt: string, finishedAt: string | null, outcome: SourceRunOutcome, added: number, changed: number, removed: number, unchanged: number, problems: number, error: string | null, revision: string | null };

export type SourceRunsQueryVariables = Exact<{
  id: string | number;
  first: number;
  after?: string | null | undefined;
}>;


export type SourceRunsQuery = { node:
    | { runs: { totalCount: number, nodes: Array<SourceRunPartsFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | Record<PropertyKey, never>
   | null };

export type RefreshSourceMutationVariables = Exact<{
  input: RefreshLocationInput;
}>;


export type RefreshSourceMutation = { refreshLocation: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type TrustLocationMutationVariables = Exact<{
  input: TrustLocationInput;
}>;


export type TrustLocationMutation = { trustLocation: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type ApproveRemovalMutationVariables = Exact<{
  input: ApproveRemovalInput;
}>;


export type ApproveRemovalMutation = { approveRemoval: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type DismissRemovalMutationVariables = Exact<{
  input: DismissRemovalInput;
}>;


export type DismissRemovalMutation = { dismissRemoval: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type UnregisterLocationMutationVariables = Exact<{
  input: UnregisterLocationInput;
}>;


export type UnregisterLocationMutation = { unregisterLocation: { id: string | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type TaskQueryVariables = Exact<{
  id: string | number;
}>;


export type TaskQuery = { task: { id: string, status: PortalTaskStatus, aim: PortalTaskAim, cancelRequested: boolean, templateRef: string, templateTitle: string, templateHash: string, parameters: Json, secretNames: Array<string>, createdBy: string, createdAt: string, startedAt: string | null, finishedAt: string | null, error: string | null, awaits: string | null, awaitsUntil: string | null, canCancel: boolean, canRetry: boolean, canUndo: boolean, canApprove: boolean, planHash: string | null, approvalsNeeded: number, approvers: Array<string>, template:
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
      | { ref: string }
     | null, plan: Array<{ stepId: string, stepName: string, verb: string, target: string, detail: Json, creates: string | null, canUndo: boolean }> | null, approvals: Array<{ by: string, verdict: PortalApprovalVerdict, comment: string | null, at: string, isForThisPlan: boolean }>, effects: Array<{ stepId: string, verb: string, target: string, creates: string | null, state: PortalEffectState, problem: string | null, at: string }>, steps: Array<{ id: string, name: string, action: string, status: PortalStepStatus, startedAt: string | null, finishedAt: string | null, error: string | null, condition: string | null, each: string | null, uses: Array<string> }>, outputLinks: Array<{ title: string, url: string | null, entityRef: string | null }>, outputText: Array<{ title: string, content: string }> } | null };

export type TaskLogQueryVariables = Exact<{
  id: string | number;
  after: number;
}>;


export type TaskLogQuery = { task: { status: PortalTaskStatus, log: Array<{ id: number, stepId: string | null, at: string, level: string, message: string }> } | null };

export type CancelTaskMutationVariables = Exact<{
  input: CancelTaskInput;
}>;


export type CancelTaskMutation = { cancelTask: { problems: Array<{ code: string, message: string }> } };

export type RetryTaskMutationVariables = Exact<{
  input: RetryTaskInput;
}>;


export type RetryTaskMutation = { retryTask: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type UndoTaskMutationVariables = Exact<{
  input: UndoTaskInput;
}>;


export type UndoTaskMutation = { undoTask: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type ApproveTaskMutationVariables = Exact<{
  input: DecideTaskInput;
}>;


export type ApproveTaskMutation = { approveTask: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type RejectTaskMutationVariables = Exact<{
  input: DecideTaskInput;
}>;


export type RejectTaskMutation = { rejectTask: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type TaskRowFragment = { id: string, status: PortalTaskStatus, aim: PortalTaskAim, templateRef: string, templateTitle: string, createdBy: string, createdAt: string, startedAt: string | null, finishedAt: string | null };

export type TasksQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  statuses?: Array<PortalTaskStatus> | PortalTaskStatus | null | undefined;
  templateRef?: string | null | undefined;
  everyones?: boolean | null | undefined;
}>;


export type TasksQuery = { tasks: { totalCount: number, nodes: Array<TaskRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type TasksToApproveQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type TasksToApproveQuery = { tasksToApprove: { totalCount: number, nodes: Array<TaskRowFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type TaskTemplatesQueryVariables = Exact<{ [key: string]: never; }>;


export type TaskTemplatesQuery = { templates: { nodes: Array<
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
    > } };

export type TeamsQueryVariables = Exact<{ [key: string]: never; }>;


export type TeamsQuery = { viewer: { groups: Array<
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
      | { ref: string, displayName: string }
    > } };

export type TeamQueryVariables = Exact<{
  ref: string;
  owner: Array<string> | string;
}>;


export type TeamQuery = { entity:
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
    | { ref: string, displayName: string, description: string | null }
   | null, entityFacets: Array<{ key: string, buckets: Array<{ value: string, label: string, count: number }> }>, problems: { totalCount: number, nodes: Array<{ level: string, code: string, message: string, path: string | null, line: number | null, ref: string | null }> } };

export type TeamPanelsQueryVariables = Exact<{
  ref: string;
}>;


export type TeamPanelsQuery = { entity:
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
    | { kind: string, panelPlaces: Array<PanelPlaceFragment> }
   | null };

export type TokensQueryVariables = Exact<{ [key: string]: never; }>;


export type TokensQuery = { apiTokens: Array<{ id: string, name: string, prefix: string, scopes: Array<string>, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null }> };

export type CreateApiTokenMutationVariables = Exact<{
  input: CreateApiTokenInput;
}>;


export type CreateApiTokenMutation = { createApiToken: { secret: string | null, token: { id: string, name: string } | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type RevokeApiTokenMutationVariables = Exact<{
  input: RevokeApiTokenInput;
}>;


export type RevokeApiTokenMutation = { revokeApiToken: { token: { id: string } | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type WebhooksQueryVariables = Exact<{ [key: string]: never; }>;


export type WebhooksQuery = { webhooks: Array<{ id: string, name: string, url: string, owner: string, filter: Json, state: WebhookState, reason: string | null, createdAt: string, deliveries: { nodes: Array<DeliveryPartsFragment> } }> };

export type WebhookDeliveriesQueryVariables = Exact<{
  id: string | number;
  first: number;
  after?: string | null | undefined;
}>;


export type WebhookDeliveriesQuery = { node:
    | { deliveries: { totalCount: number, nodes: Array<DeliveryPartsFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | Record<PropertyKey, never>
   | null };

export type DeliveryPartsFragment = { id: string, state: WebhookDeliveryState, events: number, attempts: number, status: number | null, error: string | null, cursor: string, createdAt: string };

export type CreateWebhookMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;


export type CreateWebhookMutation = { createWebhook: { secret: string | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type UpdateWebhookMutationVariables = Exact<{
  input: UpdateWebhookInput;
}>;


export type UpdateWebhookMutation = { updateWebhook: { secret: string | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type DeleteWebhookMutationVariables = Exact<{
  input: DeleteWebhookInput;
}>;


export type DeleteWebhookMutation = { deleteWebhook: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type ReplayWebhookMutationVariables = Exact<{
  input: ReplayWebhookInput;
}>;


export type ReplayWebhookMutation = { replayWebhook: { problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type WizardQueryVariables = Exact<{
  ref: string;
}>;


export type WizardQuery = { entity:
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { secretsSchema: Json | null, approval: Json | null, buttonLabels: Json | null, ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, parameterPages: Array<{ title: string | null, description: string | null, schema: Json }>, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
    | { ref: string, namespace: string, name: string, displayName: string, description: string | null, ownerRef: string | null, owner:
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
        | { ref: string, displayName: string }
       | null, problems: Array<{ level: string, code: string, message: string, path: string | null, line: number | null }> }
   | null };

export type EarlierAnswersQueryVariables = Exact<{
  id: string | number;
}>;


export type EarlierAnswersQuery = { task: { id: string, templateRef: string, parameters: Json, secretNames: Array<string>, canRetry: boolean } | null };

export type CheckParametersQueryVariables = Exact<{
  templateRef: string;
  parameters: Json;
}>;


export type CheckParametersQuery = { checkParameters: Array<{ path: Array<string>, code: string, message: string }> };

export type RunTemplateMutationVariables = Exact<{
  input: RunTemplateInput;
}>;


export type RunTemplateMutation = { runTemplate: { task: { id: string } | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export type RetryWithAnswersMutationVariables = Exact<{
  input: RetryTaskInput;
}>;


export type RetryWithAnswersMutation = { retryTask: { task: { id: string } | null, problems: Array<{ path: Array<string>, code: string, message: string }> } };

export * from './panel';
export * from './favourite';
export * from './pickers';
export * from './bell';
export * from './shell';
export * from './actions';
export * from './catalog';
export * from './create';
export * from './editor';
export * from './entity';
export * from './graph';
export * from './home';
export * from './notifications';
export * from './pluginPage';
export * from './plugins';
export * from './problems';
export * from './register';
export * from './search';
export * from './sources';
export * from './task';
export * from './tasks';
export * from './team';
export * from './tokens';
export * from './webhooks';
export * from './wizard';

