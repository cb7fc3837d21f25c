// Secrets of a form: kept beside its values, in memory only, and sent apart from them.
import { createContext, useContext } from 'react';

export interface Secrets {
  values: Record<string, string>;
  set: (name: string, value: string) => void;
}

export const SecretsContext = createContext<Secrets>({ values: {}, set: () => undefined });

export const useSecrets = (): Secrets => useContext(SecretsContext);

/** What stands in the form for a secret: as long as it is, so that the form's lengths can be checked. */
export const masked = (value: string): string => '*'.repeat(value.length);
