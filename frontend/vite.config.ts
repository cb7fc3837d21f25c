// How the page is built and served while it is written: dist/ is served by Django under /static/.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const backend = process.env.PORTAL_DEV_BACKEND ?? 'http://127.0.0.1:8000';
const proxied = ['/graphql', '/api', '/events', '/git', '/_allauth'];

export default defineConfig(({ command }) => ({
  base: command === 'build' ? '/static/' : '/',
  plugins: [react()],
  build: {
    target: 'es2022',
    assetsDir: 'assets',
    assetsInlineLimit: 0, // no data: addresses, so that the content-security policy can refuse them
    chunkSizeWarningLimit: 700,
    reportCompressedSize: true,
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: backend, changeOrigin: false }])),
  },
}));
