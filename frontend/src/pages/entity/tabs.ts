// The tabs of an entity's page: ours, and one for each panel that a plugin puts there.
import type { EntityPageQuery, PanelPlaceFragment } from '../../gql/operations';
import { strings } from '../../strings';
import { accessWords, historyWords } from './strings';

export type PageEntity = NonNullable<EntityPageQuery['entity']>;

export interface EntityTab {
  /** The last part of the address; '' for the overview. */
  slug: string;
  label: string;
  count?: number;
  panel?: PanelPlaceFragment;
}

/** A plugin's panel of the same name gets its plugin's before it. */
const OWN_SLUGS = new Set(['definition', 'problems', 'source', 'graph', 'history', 'access']);

export function tabsOf(entity: PageEntity): EntityTab[] {
  const tabs: EntityTab[] = [{ slug: '', label: strings.entity.overview }];
  if (entity.kind.toLowerCase() === 'api') tabs.push({ slug: 'definition', label: strings.entity.definition });
  for (const panel of entity.panelPlaces.filter(({ slot }) => slot === 'TAB')) {
    tabs.push({ slug: OWN_SLUGS.has(panel.id) ? `${panel.plugin}-${panel.id}` : panel.id, label: panel.title, panel });
  }
  tabs.push({ slug: 'graph', label: strings.entity.graph });
  if (entity.problems.length > 0) {
    tabs.push({ slug: 'problems', label: strings.entity.problems, count: entity.problems.length });
  }
  tabs.push({ slug: 'history', label: historyWords.title });
  tabs.push({ slug: 'access', label: accessWords.title });
  tabs.push({ slug: 'source', label: strings.entity.source });
  return tabs;
}
