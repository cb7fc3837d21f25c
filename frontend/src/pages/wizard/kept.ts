// The answers of a wizard over a reload: in this tab only, and never a secret.
import { isObject } from '../../api/operation';
import { withoutSecrets, type TemplatePage } from '../../forms/pages';

interface Kept {
  step: number;
  values: Record<string, unknown>[];
}

const keyOf = (name: string) => `portal-wizard ${name}`;

export function keep(name: string, { step, values }: Kept, pages: TemplatePage[]): void {
  const safe = values.map((given, index) => {
    const page = pages[index];
    return !page || page.isSecret ? {} : withoutSecrets(given, page.uiSchema);
  });
  try {
    window.sessionStorage.setItem(keyOf(name), JSON.stringify({ step, values: safe }));
  } catch {
    // Full or forbidden: the answers are then lost by a reload, as in any form.
  }
}

export function kept(name: string, pages: TemplatePage[]): Kept | null {
  try {
    const found: unknown = JSON.parse(window.sessionStorage.getItem(keyOf(name)) ?? 'null');
    if (!isObject(found) || !Array.isArray(found.values) || found.values.length !== pages.length) return null;
    const values = found.values.map((one) => (isObject(one) ? one : {}));
    const lost = pages.findIndex((page) => page.isSecret || JSON.stringify(page.uiSchema).includes('"Secret"'));
    const step = Math.min(Number(found.step) || 0, pages.length, lost < 0 ? Infinity : lost);
    return { step, values };
  } catch {
    return null;
  }
}

export function forget(name: string): void {
  window.sessionStorage.removeItem(keyOf(name));
}
