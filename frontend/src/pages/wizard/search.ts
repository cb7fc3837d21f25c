// What the wizard takes from its address: a task whose answers it starts with, one to retry, or answers as JSON.
import { asText } from '../../search';

export interface WizardSearch {
  from?: string;
  retry?: string;
  /** A JSON object, as links to Backstage's wizard carry it. */
  formData?: string;
}

export function parseWizardSearch(raw: Record<string, unknown>): WizardSearch {
  const search: WizardSearch = {};
  for (const key of ['from', 'retry', 'formData'] as const) {
    const value = asText(raw[key]);
    if (value) search[key] = value;
  }
  return search;
}
