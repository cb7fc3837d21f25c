// How the page is built and served while it is written: dist/ is served by Django under /static/.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type IndexHtmlTransformContext, type Plugin } from 'vite';

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

/**
 * The start is one small script that runs at once, and the rest is fetched beside it: the document names the files of
 * src/main.tsx, which only the start imports. The styles are fetched too, not yet applied: a script waits for styles.
 */
const fetchedBeside: Plugin = {
  name: 'fetched-beside',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle = {} }: IndexHtmlTransformContext) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const main = chunks.find((chunk) => chunk.facadeModuleId?.endsWith('/src/main.tsx'));
      const wanted = chunks.filter((chunk) => chunk === main || (main?.imports.includes(chunk.fileName) && chunk.name !== 'start'));
      const styles = new Set(wanted.flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]));
      const link = (name: string, attrs: Record<string, string>) => ({
        tag: 'link',
        attrs: { ...attrs, crossorigin: true, href: `/static/${name}` },
        injectTo: 'head' as const,
      });
      return [
        ...wanted.map(({ fileName }) => link(fileName, { rel: 'modulepreload' })),
        ...[...styles].map((name) => link(name, { rel: 'preload', as: 'style' })),
      ];
    },
  },
};

/** Beside each file of text a smaller one that browsers are sent, which all of them take. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  async writeBundle({ dir = '' }, bundle) {
    const texts = Object.keys(bundle).filter((name) => /\.(js|css|svg)$/.test(name));
    for (const name of texts) {
      const content = await readFile(join(dir, name));
      if (content.length >= COMPRESS_FROM) await writeFile(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
    }
  },
};
const COMPRESS_FROM = 1000;

/** What the start is made of. */
const START = /vite\/preload-helper|\/src\/((start|first|kept|refs|search)\.ts|api\/(client|operation)\.ts|gql\/(catalog|entity|home|pluginPage|shell)\.ts|pages\/catalog\/(columns|search)\.ts)/;
/** What most pages show, loaded with the first; what only the pages for authors of templates show is not. */
const SHARED = /\/src\/(api|blocks|components|gql|layout)\/|node_modules\/(@mantine|@floating-ui|@tanstack|lucide-react|clsx)\//;
const RARE = /\/(DryRunResult|FileTree|CodeText)\.|\/components\/Tabs\//;

export default defineConfig(({ command }) => ({
  base: command === 'build' ? '/static/' : '/',
  plugins: [react(), withoutInlineFonts, fetchedBeside, compressed],
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
            { name: 'start', test: START, priority: 2 },
            { name: 'parts', test: (id) => SHARED.test(id) && !RARE.test(id), minShareCount: 2, priority: 1 },
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
