// Escape closes what is open, also while the focus is not in it: on hover, or before it has moved there (WCAG 1.4.13).
import { useEffect, useEffectEvent } from 'react';

export function useEscape(opened: boolean, close: () => void) {
  const onKey = useEffectEvent((event: KeyboardEvent) => event.key === 'Escape' && close());
  useEffect(() => {
    if (!opened) return;
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [opened]);
}
