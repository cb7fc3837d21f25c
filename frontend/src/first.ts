// The pages that are opened by their address: where each is, its code, and the query it begins with. The start asks for
// both before the rest is loaded, the router when it goes there.
import { askAhead } from './api/client';
import type { Operation } from './api/operation';
import { Catalog } from './gql/catalog';
import { EntityPage } from './gql/entity';
import { Home } from './gql/home';
import { PluginPage } from './gql/pluginPage';
import { Shell } from './gql/shell';
import { recentRefs } from './kept';
import { parseCatalogSearch, variablesOf } from './pages/catalog/search';
import { refOf } from './refs';
import { asText, parseSearch } from './search';

/** What panels of plugins are asked for, whatever its name. */
export const textsOf = (raw: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(raw).flatMap(([name, value]) => (asText(value) ? [[name, asText(value) ?? '']] : [])));

const entity = {
  code: () => import('./pages/entity/EntityPage'),
  query: (params: { namespace: string; kind: string; name: string }) => asked(EntityPage, { ref: refOf(params) }),
};

/** What every page but the sign-in shows around it. */
export const frame = () => asked(Shell, {});

export const first = {
  home: { path: '/', code: () => import('./pages/home/HomePage'), query: () => asked(Home, { recent: recentRefs() }) },
  catalog: {
    path: '/catalog',
    code: () => import('./pages/catalog/CatalogPage'),
    query: (_: object, search: Record<string, unknown>) => asked(Catalog, variablesOf(parseCatalogSearch(search))),
  },
  entity: { path: '/catalog/$namespace/$kind/$name', ...entity },
  entityTab: { path: '/catalog/$namespace/$kind/$name/$tab', ...entity },
  pluginPage: {
    path: '/pages/$id',
    code: () => import('./pages/plugin/PluginPage'),
    query: (params: { id: string }, search: Record<string, unknown>) => asked(PluginPage, { id: params.id, given: textsOf(search) }),
  },
} as const;

function asked<TData, TVariables>(operation: Operation<TData, TVariables>, variables: TVariables): [Operation<TData, TVariables>, TVariables] {
  return [operation, variables];
}

/** Asks for what the page at this address begins with. Gives its code, to be loaded when the rest is on its way. */
export function askForFirst({ pathname, search }: Location): () => Promise<unknown> {
  for (const { path, code, query } of Object.values(first)) {
    const params = paramsOf(path, pathname);
    if (!params) continue;
    askAhead(...(query as (params: object, search: object) => [Operation<unknown, unknown>, unknown])(params, parseSearch(search)));
    askAhead(...frame());
    return code;
  }
  if (pathname !== '/sign-in') askAhead(...frame());
  return () => Promise.resolve();
}

/** The parts of an address that the path of a route names; null where it is another route's. */
function paramsOf(path: string, pathname: string): Record<string, string> | null {
  const [names, parts] = [path, pathname].map((one) => one.split('/').filter(Boolean)) as [string[], string[]];
  const fits = names.length === parts.length && names.every((name, at) => name.startsWith('$') || name === parts[at]);
  if (!fits) return null;
  try {
    return Object.fromEntries(names.map((name, at) => [name.slice(1), decodeURIComponent(parts[at] ?? '')]));
  } catch {
    return null; // the router says what is wrong with it
  }
}
