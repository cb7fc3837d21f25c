// What every page knows: who is signed in, the portal's own facts, the kinds.
import { useOperation } from '../api/hooks';
import { Shell, type ShellQuery } from '../gql/operations';

export type ShellData = ShellQuery;

export function useShell(): ShellData | undefined {
  return useOperation(Shell, {}, { staleTime: Infinity }).data;
}

/** How a kind is called: one ("API") and many ("APIs"); the bare name until the kinds are known. */
export function useKindLabels(): (kind: string) => { one: string; many: string } {
  const kinds = useShell()?.kinds ?? [];
  return (kind) => {
    const known = kinds.find((candidate) => candidate.name.toLowerCase() === kind.toLowerCase());
    return { one: known?.label ?? kind, many: known?.plural ?? kind };
  };
}
