// What the editor of templates takes from its address: the template of the catalog that it starts from.
import { asText } from '../../search';

export interface EditorSearch {
  /** Namespace and name. */
  template?: string;
}

export function parseEditorSearch(raw: Record<string, unknown>): EditorSearch {
  const template = asText(raw.template);
  return template ? { template } : {};
}
