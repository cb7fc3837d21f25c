// The clients that Backstage publishes, each under the name by which the tests call it.
import { CatalogClient, CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { PermissionClient } from '@backstage/plugin-permission-common';
import { ScaffolderClient } from '@backstage/plugin-scaffolder-common';
// Their packages export React components; what those call are these files.
import { SearchClient } from './node_modules/@backstage/plugin-search/dist/apis.esm.js';
import { TechDocsClient, TechDocsStorageClient } from './node_modules/@backstage/plugin-techdocs/dist/client.esm.js';
import { KubernetesBackendClient } from './node_modules/@backstage/plugin-kubernetes-react/dist/api/KubernetesBackendClient.esm.js';

// The library that reads streams for the scaffolder's client expects what every browser has.
globalThis.window ??= globalThis;
globalThis.document ??= new EventTarget();

// What JSON cannot say, by the name that the tests use for it.
const symbols = { exists: CATALOG_FILTER_EXISTS };

/** The clients of one account: `base` is the portal's address, `token` the text of an API token. */
export function makeClients(base, token) {
  const discoveryApi = { getBaseUrl: async plugin => `${base}/api/${plugin}` };
  const fetchApi = {
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('Authorization', `Bearer ${token}`);
      return fetch(input, { ...init, headers });
    },
  };
  // Its configuration is that of a Backstage where permissions are on.
  const permission = batched => {
    const settings = { 'permission.enabled': true, 'permission.EXPERIMENTAL_enableBatchedRequests': batched };
    const config = { getOptionalBoolean: name => settings[name] };
    const client = new PermissionClient({ discovery: discoveryApi, config });
    return {
      authorize: questions => client.authorize(questions, { token }),
      authorizeConditional: questions => client.authorizeConditional(questions, { token }),
    };
  };
  const identityApi = { getBackstageIdentity: async () => ({ userEntityRef: 'user:default/member' }) };
  const techdocs = { discoveryApi, fetchApi, configApi: { getOptionalString: () => undefined } };
  const scaffolder = { discoveryApi, fetchApi, identityApi };
  return {
    catalog: new CatalogClient({ discoveryApi, fetchApi }),
    kubernetes: new KubernetesBackendClient({
      discoveryApi,
      fetchApi,
      kubernetesAuthProvidersApi: { getCredentials: async () => ({ token: 'of-the-person' }) },
    }),
    permission: permission(false),
    batchedPermission: permission(true),
    techdocs: new TechDocsClient(techdocs),
    techdocsStorage: new TechDocsStorageClient(techdocs),
    search: new SearchClient({ discoveryApi, fetchApi }),
    scaffolder: new ScaffolderClient(scaffolder),
    pollingScaffolder: new ScaffolderClient({ ...scaffolder, useLongPollingLogs: true }),
  };
}

/** An argument of a test: `{"$symbol": "exists"}` anywhere in it is what JSON cannot say. */
export function revive(value) {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== 'object') return value;
  if ('$symbol' in value) return symbols[value.$symbol];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
}
