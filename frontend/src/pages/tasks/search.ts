// What the page of tasks keeps in its address.
import type { PortalTaskStatus } from '../../gql/operations';
import { asText } from '../../search';

export const SCOPES = ['mine', 'approve', 'all'] as const;
export const STATES: PortalTaskStatus[] = ['OPEN', 'PROCESSING', 'WAITING', 'PARKED', 'COMPLETED', 'FAILED', 'CANCELLED'];

export interface TasksSearch {
  scope?: Exclude<(typeof SCOPES)[number], 'mine'>;
  state?: PortalTaskStatus;
  template?: string;
}

export function parseTasksSearch(raw: Record<string, unknown>): TasksSearch {
  const scope = asText(raw.scope);
  const state = STATES.find((one) => one === asText(raw.state)?.toUpperCase());
  const template = asText(raw.template);
  return {
    ...(scope === 'approve' || scope === 'all' ? { scope } : {}),
    ...(state ? { state } : {}),
    ...(template ? { template } : {}),
  };
}
