// What the reference of actions keeps in its address.
import { asText } from '../../search';

export interface ActionsSearch {
  search?: string;
  action?: string;
}

export function parseActionsSearch(raw: Record<string, unknown>): ActionsSearch {
  const search = asText(raw.search);
  const action = asText(raw.action);
  return { ...(search ? { search } : {}), ...(action ? { action } : {}) };
}
