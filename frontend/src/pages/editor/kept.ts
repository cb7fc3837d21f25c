// Drafts over a reload and from one template to the next: in this tab only.
import { isObject } from '../../api/operation';
import type { Draft, DraftFile } from './start';

const keyOf = (name: string) => `portal-draft ${name}`;

export function keep(name: string, draft: Draft): void {
  try {
    window.sessionStorage.setItem(keyOf(name), JSON.stringify(draft));
  } catch {
    // Full or forbidden: the draft is then lost by a reload, as in any form.
  }
}

export function kept(name: string): Draft | null {
  try {
    const found: unknown = JSON.parse(window.sessionStorage.getItem(keyOf(name)) ?? 'null');
    if (!isObject(found) || typeof found.text !== 'string') return null;
    return { text: found.text, files: found.files as DraftFile[] | null, skipped: Number(found.skipped) || 0 };
  } catch {
    return null;
  }
}

export function forget(name: string): void {
  window.sessionStorage.removeItem(keyOf(name));
}
