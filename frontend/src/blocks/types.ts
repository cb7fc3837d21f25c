// The blocks of panels, by the name of their type in the API.
import type { PanelPartsFragment } from '../gql/operations';

export type Block = PanelPartsFragment['blocks'][number];
export type BlockKind = Block['__typename'];
export type BlockOf<K extends BlockKind> = Extract<Block, { __typename: K }>;

export interface BlockProps<K extends BlockKind> {
  block: BlockOf<K>;
  plugin: string;
  /** The entity whose page shows the panel. */
  refText?: string;
}
