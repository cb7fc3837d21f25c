// The entities looked at last, kept in this browser.
import { readLocalStorageValue, useLocalStorage } from '@mantine/hooks';
import { useEffect } from 'react';
import { RECENT } from '../kept';

const KEPT = 12;

export function useRecentRefs(): string[] {
  const [refs] = useLocalStorage<string[]>({ key: RECENT, defaultValue: [], getInitialValueInEffect: false });
  return Array.isArray(refs) ? refs : [];
}

/** Puts an entity that was really shown at the top of the list. */
export function useRememberRef(ref: string | undefined): void {
  const [, setRefs] = useLocalStorage<string[]>({ key: RECENT, defaultValue: [] });
  useEffect(() => {
    if (!ref) return;
    const current = readLocalStorageValue<string[]>({ key: RECENT, defaultValue: [] });
    if (current[0] !== ref) setRefs([ref, ...current.filter((other) => other !== ref)].slice(0, KEPT));
  }, [ref, setRefs]);
}

export function forgetRecent(): void {
  window.localStorage.removeItem(RECENT);
}
