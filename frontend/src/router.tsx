// The addresses of the page. Each page is loaded when it is first wanted, and what it shows is asked for at the same time.
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { forgetAhead } from './api/client';
import { readAhead } from './api/hooks';
import { first, frame, textsOf } from './first';
import { whenIdle } from './layout/idle';
import { ShellLayout } from './layout/ShellLayout';
import { parseCatalogSearch } from './pages/catalog/search';
import { parseActionsSearch } from './pages/actions/search';
import { parseGraphSearch } from './pages/graph/search';
import { parseCreateSearch } from './pages/create/search';
import { parseEditorSearch } from './pages/editor/search';
import { parseProblemSearch } from './pages/problems/search';
import { parseResultSearch } from './pages/search/search';
import { parseTasksSearch } from './pages/tasks/search';
import { parseWizardSearch } from './pages/wizard/search';
import { NotFoundPage } from './pages/not-found/NotFoundPage';
import { asText, parseSearch, stringifySearch } from './search';
import { ErrorState } from './components/states';

/** What the loaders of routes work with. */
interface RouterContext {
  queries: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()();

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): { next?: string; error?: string; provider?: string } => {
    const [next, error, provider] = [asText(raw.next), asText(raw.error), asText(raw.provider)];
    return { ...(next && { next }), ...(error && { error }), ...(provider && { provider }) };
  },
  component: lazyRouteComponent(() => import('./pages/sign-in/SignInPage'), 'SignInPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  loader: ({ context }) => readAhead(context.queries, ...frame(), { staleTime: Infinity }),
  component: ShellLayout,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: first.home.path,
  loader: ({ context }) => readAhead(context.queries, ...first.home.query()),
  component: lazyRouteComponent(first.home.code, 'HomePage'),
});
const catalog = createRoute({
  getParentRoute: () => shell,
  path: first.catalog.path,
  validateSearch: parseCatalogSearch,
  // Of the address that is gone to; changes of filters are asked for by the page itself.
  loader: ({ context, location }) => readAhead(context.queries, ...first.catalog.query({}, location.search)),
  component: lazyRouteComponent(first.catalog.code, 'CatalogPage'),
});
const entity = createRoute({
  getParentRoute: () => shell,
  path: first.entity.path,
  validateSearch: textsOf,
  loader: ({ context, params }) => readAhead(context.queries, ...first.entity.query(params)),
  component: lazyRouteComponent(first.entity.code, 'EntityPage'),
});
const entityTab = createRoute({
  getParentRoute: () => shell,
  path: first.entityTab.path,
  validateSearch: textsOf,
  loader: ({ context, params }) => readAhead(context.queries, ...first.entityTab.query(params)),
  component: lazyRouteComponent(first.entityTab.code, 'EntityPage'),
});
const search = createRoute({
  getParentRoute: () => shell,
  path: '/search',
  validateSearch: parseResultSearch,
  component: lazyRouteComponent(() => import('./pages/search/SearchPage'), 'SearchPage'),
});
const sources = createRoute({
  getParentRoute: () => shell,
  path: '/sources',
  component: lazyRouteComponent(() => import('./pages/sources/SourcesPage'), 'SourcesPage'),
});
const graph = createRoute({
  getParentRoute: () => shell,
  path: '/graph',
  validateSearch: parseGraphSearch,
  component: lazyRouteComponent(() => import('./pages/graph/GraphPage'), 'GraphPage'),
});
const register = createRoute({
  getParentRoute: () => shell,
  path: '/register',
  component: lazyRouteComponent(() => import('./pages/register/RegisterPage'), 'RegisterPage'),
});
const create = createRoute({
  getParentRoute: () => shell,
  path: '/create',
  validateSearch: parseCreateSearch,
  component: lazyRouteComponent(() => import('./pages/create/CreatePage'), 'CreatePage'),
});
const actions = createRoute({
  getParentRoute: () => shell,
  path: '/create/actions',
  validateSearch: parseActionsSearch,
  component: lazyRouteComponent(() => import('./pages/actions/ActionsPage'), 'ActionsPage'),
});
const editor = createRoute({
  getParentRoute: () => shell,
  path: '/create/editor',
  validateSearch: parseEditorSearch,
  component: lazyRouteComponent(() => import('./pages/editor/EditorPage'), 'EditorPage'),
});
const wizard = createRoute({
  getParentRoute: () => shell,
  path: '/create/$namespace/$name',
  validateSearch: parseWizardSearch,
  component: lazyRouteComponent(() => import('./pages/wizard/WizardPage'), 'WizardPage'),
});
const tasks = createRoute({
  getParentRoute: () => shell,
  path: '/tasks',
  validateSearch: parseTasksSearch,
  component: lazyRouteComponent(() => import('./pages/tasks/TasksPage'), 'TasksPage'),
});
const notifications = createRoute({
  getParentRoute: () => shell,
  path: '/notifications',
  component: lazyRouteComponent(() => import('./pages/notifications/NotificationsPage'), 'NotificationsPage'),
});
const task = createRoute({
  getParentRoute: () => shell,
  path: '/tasks/$id',
  component: lazyRouteComponent(() => import('./pages/task/TaskPage'), 'TaskPage'),
});
const problems = createRoute({
  getParentRoute: () => shell,
  path: '/problems',
  validateSearch: parseProblemSearch,
  component: lazyRouteComponent(() => import('./pages/problems/ProblemsPage'), 'ProblemsPage'),
});
const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/settings/tokens',
  component: lazyRouteComponent(() => import('./pages/tokens/TokensPage'), 'TokensPage'),
});
const webhooks = createRoute({
  getParentRoute: () => shell,
  path: '/settings/webhooks',
  component: lazyRouteComponent(() => import('./pages/webhooks/WebhooksPage'), 'WebhooksPage'),
});
const plugins = createRoute({
  getParentRoute: () => shell,
  path: '/plugins',
  component: lazyRouteComponent(() => import('./pages/plugins/PluginsPage'), 'PluginsPage'),
});
const gallery = createRoute({
  getParentRoute: () => shell,
  path: '/plugins/blocks',
  component: lazyRouteComponent(() => import('./pages/plugins/GalleryPage'), 'GalleryPage'),
});
const team = createRoute({
  getParentRoute: () => shell,
  path: '/team',
  validateSearch: (raw: Record<string, unknown>): { group?: string } => {
    const group = asText(raw.group);
    return group ? { group } : {};
  },
  component: lazyRouteComponent(() => import('./pages/team/TeamPage'), 'TeamPage'),
});
const pluginPage = createRoute({
  getParentRoute: () => shell,
  path: first.pluginPage.path,
  validateSearch: textsOf,
  // Of the address that is gone to; changes of its parameters are asked for by the page itself.
  loader: ({ context, params, location }) =>
    readAhead(context.queries, ...first.pluginPage.query(params, location.search as Record<string, unknown>)),
  component: lazyRouteComponent(first.pluginPage.code, 'PluginPage'),
});
const graphiql = createRoute({
  getParentRoute: () => shell,
  path: '/graphiql',
  component: lazyRouteComponent(() => import('./pages/graphiql/GraphiqlPage'), 'GraphiqlPage'),
});

/** Whatever no other page answers, in the frame and with its navigation. */
const unknown = createRoute({ getParentRoute: () => shell, path: '/$', component: NotFoundPage });

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    shell.addChildren([
      home, catalog, entity, entityTab, search, graph, sources, register, create, actions, editor, wizard, tasks, task, notifications, problems, tokens, webhooks, plugins, gallery, team, pluginPage, graphiql, unknown,
    ]),
  ]),
  context: { queries: undefined as unknown as QueryClient }, // given where the router is drawn
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  // What breaks in a page is said in its place; the next page is a new one.
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error instanceof Error ? error : new Error(String(error))} retry={reset} />,
  defaultNotFoundComponent: NotFoundPage,
  defaultRemountDeps: ({ params }) => params,
  scrollRestoration: true,
});

/** Loads, when the browser has nothing else to do, the code of the pages that most go to next. */
export function loadNextPages(): void {
  const stop = router.subscribe('onRendered', () => {
    stop();
    forgetAhead();
    whenIdle(() => {
      for (const route of [catalog, entity]) void router.loadRouteChunk(route);
    });
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
