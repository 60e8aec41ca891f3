import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Relative addresses, so that the page may be served from anywhere; nothing inline, so that it needs no lax policy. */
export default defineConfig({
  base: './',
  plugins: [react()],
  build: { outDir: '../../server/demo', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022' },
  server: { proxy: { '/login': 'http://127.0.0.1:3000', '/trpc': { target: 'http://127.0.0.1:3000', ws: true } } },
});
