// The saved views of whoever looks: which one is open, and whether what is shown is still it.
import { useOperation } from '../../api/hooks';
import { SavedViews, type SavedViewFragment } from '../../gql/operations';
import { parseSearch } from '../../search';
import { parseCatalogSearch, savedSearchOf, type CatalogSearch } from './search';

export type SavedView = SavedViewFragment;

interface Views {
  views: SavedView[];
  loading: boolean;
  open: SavedView | undefined;
  changed: boolean;
}

/** They are asked for when somebody wants to see them, or has opened one. */
export function useViews(search: CatalogSearch, wanted: boolean): Views {
  const answer = useOperation(SavedViews, {}, { staleTime: 60_000, enabled: wanted || search.view !== undefined });
  const views = answer.data?.savedViews ?? [];
  const open = views.find((view) => view.id === search.view);
  return { views, loading: answer.isPending, open, changed: open !== undefined && savedSearchOf(searchOf(open)) !== savedSearchOf(search) };
}

/** The address of a view, read again with care: it may be older than this page. */
export function searchOf(view: SavedView): CatalogSearch {
  return { ...parseCatalogSearch(parseSearch(view.search)), view: view.id };
}
