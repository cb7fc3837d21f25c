// How the page is built and served while it is written: dist/ is served by Django under /static/.
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const backend = process.env.PORTAL_DEV_BACKEND ?? 'http://127.0.0.1:8000';
const proxied = ['/graphql', '/api', '/events', '/git', '/_allauth'];

/** GraphiQL's stylesheet carries its fonts as data: addresses; the policy refuses those, our own fonts do. */
const withoutInlineFonts: Plugin = {
  name: 'without-inline-fonts',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/graphiql\/.*\.css/.test(id)) return undefined;
    return { code: code.replace(/@font-face\s*\{[^}]*url\(["']?data:[^}]*\}/g, ''), map: null };
  },
};

/** What most pages show, loaded with the first; what only the pages for authors of templates show is not. */
const SHARED = /\/src\/(api|blocks|components|gql|layout)\/|node_modules\/(@mantine|@floating-ui|@tanstack|lucide-react|clsx)\//;
const RARE = /\/(DryRunResult|FileTree|CodeText)\.|\/components\/Tabs\//;

export default defineConfig(({ command }) => ({
  base: command === 'build' ? '/static/' : '/',
  plugins: [react(), withoutInlineFonts],
  build: {
    target: ['chrome123', 'firefox128', 'safari18'],
    assetsDir: 'assets',
    assetsInlineLimit: 0, // no data: addresses, so that the content-security policy can refuse them
    chunkSizeWarningLimit: 800,
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        // A page is one script or two: a browser asks an HTTP/1.1 server for six files at a time.
        codeSplitting: {
          groups: [
            { name: 'parts', test: (id) => SHARED.test(id) && !RARE.test(id), minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: backend, changeOrigin: false }])),
  },
}));
