// The keyboard everywhere on the page: the search, the places, what keys there are. Single keys can be switched off.
import { readLocalStorageValue, useHotkeys, useLocalStorage } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { openPalette, paletteStore } from './palette';
import { ALL_PLACES } from './places';

const KEPT_AS = 'portal-single-keys';
const TOGETHER_MS = 1500;

/** Whether keys without Ctrl or ⌘ do anything, kept in this browser. */
export function useSingleKeys() {
  return useLocalStorage({ key: KEPT_AS, defaultValue: true, getInitialValueInEffect: false });
}

export const singleKeysOn = (): boolean => readLocalStorageValue({ key: KEPT_AS, defaultValue: true });

export function useKeys(showHelp: () => void): void {
  const navigate = useNavigate();
  const gAt = useRef(-TOGETHER_MS);
  useHotkeys([['mod+K', openPalette]], []);
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      if (!singleKeysOn()) return;
      const afterG = event.timeStamp - gAt.current < TOGETHER_MS;
      const place = afterG ? ALL_PLACES.find(({ key }) => key === event.key) : undefined;
      gAt.current = event.key === 'g' && !place ? event.timeStamp : -TOGETHER_MS;
      if (place) void navigate({ to: place.to });
      else if (event.key === '/') openPalette();
      else if (event.key === '?') showHelp();
      else return;
      event.preventDefault();
    }
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [navigate, showHelp]);
}

/** Somebody types there, or a dialog or an open list has the keyboard; the palette has it before it can be seen. */
function isBusy(target: EventTarget | null): boolean {
  if (paletteStore.getState().opened || document.querySelector('[aria-modal="true"], [role="menu"]')) return true;
  return target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, [role="listbox"], [role="textbox"]') !== null);
}
