// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type EntityFilter = {
  kind?: Array<string> | null | undefined;
  type?: Array<string> | null | undefined;
  owner?: Array<string> | null | undefined;
  lifecycle?: Array<string> | null | undefined;
  tags?: Array<string> | null | undefined;
  namespace?: Array<string> | null | undefined;
  system?: Array<string> | null | undefined;
  name?: Array<string> | null | undefined;
  orphan?: boolean | null | undefined;
  hasProblems?: boolean | null | undefined;
  favourite?: boolean | null | undefined;
  owned?: boolean | null | undefined;
  where?: Array<EntityCondition> | null | undefined;
  and?: Array<EntityFilter> | null | undefined;
  or?: Array<EntityFilter> | null | undefined;
  not?: EntityFilter | null | undefined;
};

export type EntityCondition = {
  key: string;
  in?: Array<string> | null | undefined;
  exists?: boolean | null | undefined;
};

export type EntityOrder = {
  field: EntityOrderField;
  direction?: OrderDirection | null | undefined;
};

export type EntityOrderField =
  | 'NAME'
  | 'KIND'
  | 'TYPE'
  | 'LIFECYCLE'
  | 'OWNER'
  | 'UPDATED_AT'
  | 'CREATED_AT';

export type OrderDirection =
  | 'ASC'
  | 'DESC';

export type PanelSlot =
  | 'OVERVIEW'
  | 'SIDEBAR'
  | 'TAB';

export type SetFavouriteInput = {
  ref: string;
  favourite: boolean;
};

export type PanelPartsFragment = { plugin: string, id: string, title: string, slot: PanelSlot | null, failed: string | null, asOf: string | null, blocks: Array<
    | { __typename: 'StatBlock', label: string, value: string, unit: string | null, hint: string | null }
    | { __typename: 'StatusBlock', label: string, level: string, detail: string | null }
    | { __typename: 'TextBlock', html: string }
    | { __typename: 'LinksBlock', links: Array<{ url: string, title: string | null, safe: boolean }> }
    | { __typename: 'TableBlock', columns: Array<string>, rows: Array<Array<string>> }
    | { __typename: 'KeyValueBlock', items: Array<{ key: string, value: string }> }
    | { __typename: 'EmptyBlock', title: string, message: string }
    | { __typename: 'ErrorBlock', title: string, message: string }
  > };

type EntityRow_Component_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Api_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Resource_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_System_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Domain_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Group_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_User_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Location_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

type EntityRow_Template_Fragment = { ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null };

export type EntityRowFragment =
  | EntityRow_Component_Fragment
  | EntityRow_Api_Fragment
  | EntityRow_Resource_Fragment
  | EntityRow_System_Fragment
  | EntityRow_Domain_Fragment
  | EntityRow_Group_Fragment
  | EntityRow_User_Fragment
  | EntityRow_Location_Fragment
  | EntityRow_Template_Fragment
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
     | null, problems: Array<{ code: string, message: string }> } };

export type ShellQueryVariables = Exact<{ [key: string]: never; }>;


export type ShellQuery = { viewer: { id: string, username: string, displayName: string, email: string, isAdmin: boolean, userRef: string | null }, portal: { title: string, version: string, streamsUrl: string }, kinds: Array<{ name: string, plural: string, label: string, icon: string }> };

export type SearchPaletteQueryVariables = Exact<{
  query: string;
}>;


export type SearchPaletteQuery = { search: Array<{ type: string, title: string, text: string, href: string, ref: string | null, entity:
      | { kind: string, type: string | null }
      | { kind: string, type: string | null }
      | { kind: string, type: string | null }
      | { kind: string, type: string | null }
      | { kind: string, type: string | null }
      | { kind: string, type: string | null }
      | { kind: string, type: string | null }
      | { kind: string, type: string | null }
      | { kind: string, type: string | null }
     | null }> };

export type CatalogQueryVariables = Exact<{
  filter?: EntityFilter | null | undefined;
  search?: string | null | undefined;
  orderBy?: EntityOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CatalogQuery = { entities: { totalCount: number, nodes: Array<
      | CatalogRow_Component_Fragment
      | CatalogRow_Api_Fragment
      | CatalogRow_Resource_Fragment
      | CatalogRow_System_Fragment
      | CatalogRow_Domain_Fragment
      | CatalogRow_Group_Fragment
      | CatalogRow_User_Fragment
      | CatalogRow_Location_Fragment
      | CatalogRow_Template_Fragment
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, entityFacets: Array<{ key: string, buckets: Array<{ value: string, count: number, label: string }> }> };

type CatalogRow_Component_Fragment = { __typename: 'Component', ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, updatedAt: string, ownerRef: string | null, system:
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
   | null };

type CatalogRow_Api_Fragment = { __typename: 'API', ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, updatedAt: string, ownerRef: string | null, system:
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
   | null };

type CatalogRow_Resource_Fragment = { __typename: 'Resource', ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, updatedAt: string, ownerRef: string | null, system:
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
   | null };

type CatalogRow_System_Fragment = { __typename: 'System', ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, updatedAt: string, ownerRef: string | null, domain:
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
   | null };

type CatalogRow_Domain_Fragment = { __typename: 'Domain', ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, updatedAt: string, ownerRef: string | null, owner:
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

type CatalogRow_Group_Fragment = { __typename: 'Group', ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, updatedAt: string, ownerRef: string | null, owner:
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

type CatalogRow_User_Fragment = { __typename: 'User', ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, updatedAt: string, ownerRef: string | null, owner:
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

type CatalogRow_Location_Fragment = { __typename: 'Location', ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, updatedAt: string, ownerRef: string | null, owner:
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

type CatalogRow_Template_Fragment = { __typename: 'Template', ref: string, kind: string, displayName: string, description: string | null, type: string | null, lifecycle: string | null, tags: Array<string>, isFavourite: boolean, updatedAt: string, ownerRef: string | null, owner:
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
  | CatalogRow_Component_Fragment
  | CatalogRow_Api_Fragment
  | CatalogRow_Resource_Fragment
  | CatalogRow_System_Fragment
  | CatalogRow_Domain_Fragment
  | CatalogRow_Group_Fragment
  | CatalogRow_User_Fragment
  | CatalogRow_Location_Fragment
  | CatalogRow_Template_Fragment
;

export type EntityPageQueryVariables = Exact<{
  ref: string;
}>;


export type EntityPageQuery = { entity:
    | { __typename: 'Component', ref: string }
    | { __typename: 'API', ref: string }
    | { __typename: 'Resource', ref: string }
    | { __typename: 'System', ref: string }
    | { __typename: 'Domain', ref: string }
    | { __typename: 'Group', ref: string }
    | { __typename: 'User', ref: string }
    | { __typename: 'Location', ref: string }
    | { __typename: 'Template', ref: string }
   | null };

export type HomeQueryVariables = Exact<{
  recent: Array<string> | string;
}>;


export type HomeQuery = { viewer: { displayName: string, owned: { totalCount: number, nodes: Array<
        | EntityRow_Component_Fragment
        | EntityRow_Api_Fragment
        | EntityRow_Resource_Fragment
        | EntityRow_System_Fragment
        | EntityRow_Domain_Fragment
        | EntityRow_Group_Fragment
        | EntityRow_User_Fragment
        | EntityRow_Location_Fragment
        | EntityRow_Template_Fragment
      > }, favourites: Array<
      | EntityRow_Component_Fragment
      | EntityRow_Api_Fragment
      | EntityRow_Resource_Fragment
      | EntityRow_System_Fragment
      | EntityRow_Domain_Fragment
      | EntityRow_Group_Fragment
      | EntityRow_User_Fragment
      | EntityRow_Location_Fragment
      | EntityRow_Template_Fragment
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
    > }, recent: Array<
    | EntityRow_Component_Fragment
    | EntityRow_Api_Fragment
    | EntityRow_Resource_Fragment
    | EntityRow_System_Fragment
    | EntityRow_Domain_Fragment
    | EntityRow_Group_Fragment
    | EntityRow_User_Fragment
    | EntityRow_Location_Fragment
    | EntityRow_Template_Fragment
   | null>, homePanels: Array<PanelPartsFragment> };

export const SetFavourite = operation<SetFavouriteMutation, SetFavouriteMutationVariables>('SetFavourite', `mutation SetFavourite($input: SetFavouriteInput!) {
  setFavourite(input: $input) {
    entity {
      ref
      isFavourite
    }
    problems {
      code
      message
    }
  }
}`);

export const Shell = operation<ShellQuery, ShellQueryVariables>('Shell', `query Shell {
  viewer {
    id
    username
    displayName
    email
    isAdmin
    userRef
  }
  portal {
    title
    version
    streamsUrl
  }
  kinds {
    name
    plural
    label
    icon
  }
}`);

export const SearchPalette = operation<SearchPaletteQuery, SearchPaletteQueryVariables>('SearchPalette', `query SearchPalette($query: String!) {
  search(query: $query, first: 12) {
    type
    title
    text
    href
    ref
    entity {
      kind
      type
    }
  }
}`);

export const Catalog = operation<CatalogQuery, CatalogQueryVariables>('Catalog', `query Catalog($filter: EntityFilter, $search: String, $orderBy: EntityOrder, $first: Int, $after: String) {
  entities(
    filter: $filter
    search: $search
    orderBy: $orderBy
    first: $first
    after: $after
  ) {
    nodes {
      ...CatalogRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
  entityFacets(
    facets: ["kind", "type", "owner", "lifecycle", "tags", "namespace"]
    filter: $filter
    search: $search
  ) {
    key
    buckets {
      value
      count
      label
    }
  }
}
fragment CatalogRow on Entity {
  __typename
  ref
  kind
  displayName
  description
  type
  lifecycle
  tags
  isFavourite
  updatedAt
  ownerRef
  owner {
    ref
    displayName
  }
  ... on Component {
    system {
      ref
      displayName
    }
  }
  ... on API {
    system {
      ref
      displayName
    }
  }
  ... on Resource {
    system {
      ref
      displayName
    }
  }
  ... on System {
    domain {
      ref
      displayName
    }
  }
}`);

export const EntityPage = operation<EntityPageQuery, EntityPageQueryVariables>('EntityPage', `query EntityPage($ref: String!) {
  entity(ref: $ref) {
    __typename
    ref
  }
}`);

export const Home = operation<HomeQuery, HomeQueryVariables>('Home', `query Home($recent: [String!]!) {
  viewer {
    displayName
    owned(first: 10) {
      totalCount
      nodes {
        ...EntityRow
      }
    }
    favourites {
      ...EntityRow
    }
    groups {
      ref
      displayName
    }
  }
  recent: entitiesByRefs(refs: $recent) {
    ...EntityRow
  }
  homePanels {
    ...PanelParts
  }
}
fragment EntityRow on Entity {
  ref
  kind
  displayName
  description
  type
  lifecycle
}
fragment PanelParts on PortalPanel {
  plugin
  id
  title
  slot
  failed
  asOf
  blocks {
    __typename
    ... on StatBlock {
      label
      value
      unit
      hint
    }
    ... on StatusBlock {
      label
      level
      detail
    }
    ... on TextBlock {
      html
    }
    ... on LinksBlock {
      links {
        url
        title
        safe
      }
    }
    ... on TableBlock {
      columns
      rows
    }
    ... on KeyValueBlock {
      items {
        key
        value
      }
    }
    ... on EmptyBlock {
      title
      message
    }
    ... on ErrorBlock {
      title
      message
    }
  }
}`);

