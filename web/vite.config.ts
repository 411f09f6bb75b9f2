import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { onlyAskedFor } from './tools/tokens'

// `npm start` shows the code as it is being written; the service then answers on 127.0.0.1:8480.
export default defineConfig({
  plugins: [react()],
  css: { postcss: { plugins: [onlyAskedFor(fileURLToPath(new URL('./src', import.meta.url)))] } },
  resolve: { alias: { '~': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: process.env.UTSYN_WEB_OUT ?? '../build/web/dist',
    emptyOutDir: true,
    // Nothing may be data: in scripts or styles, and the policy has no place for an inline preload script.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // tools/build.mjs reads from it what the first page needs, and takes it away again.
    manifest: true,
    // What every page needs comes in two files instead of twenty: each file costs the browser work before the first paint.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'ground', test: /node_modules\/(react|react-dom|scheduler|i18next|openapi-fetch|@tanstack\/(react-query|query-core|react-router|router-core|history|react-store|store))\// },
            { name: 'frame', test: /src\/(app|format)\/|src\/parts\/(basic|form|plots|table-file)|src\/pages\/(common|day)\.|src\/pages\/methodology\/data|src\/pages\/overview\/overview\.css|src\/pages\/findings\/(cache|due|filter|send|treat)\./ },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8480' } },
})
