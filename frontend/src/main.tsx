// Starts the page: look, data, addresses.
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider, MutationCache } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client';
import { shareStyleNonce, styleNonce } from './nonce';
import { loadNextPages, router } from './router';
import { cssVariables, theme } from './theme';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './global.css';

/** A session that has ended leads to the sign-in page and back. */
function onFailure(error: Error): void {
  if (!(error instanceof ApiError) || error.kind !== 'unauthenticated') return;
  const { pathname, href } = router.state.location;
  if (pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: href === '/' ? {} : { next: href } });
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: onFailure }),
  mutationCache: new MutationCache({ onError: onFailure }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      structuralSharing: false,
      networkMode: 'always', // a browser without a network says so; it does not wait in silence
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && ['network', 'busy'].includes(error.kind),
    },
    mutations: { networkMode: 'always' },
  },
});

loadNextPages();
const nonce = styleNonce();
shareStyleNonce(nonce);
const container = document.getElementById('root');
if (!container) throw new Error('index.html has no #root');
createRoot(container).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
      deduplicateInlineStyles
    >
      <Notifications position="top-right" limit={4} />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} context={{ queries }} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
