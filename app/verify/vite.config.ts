import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const entry = fileURLToPath(import.meta.resolve('./main.ts'));

/**
 * One file for a PC that has nothing but Node: every package is inside, no native part is touched, nothing is loaded
 * later. The folder dist belongs to the other builds, so it is not emptied.
 */
export default defineConfig({
  root,
  build: {
    ssr: entry,
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    sourcemap: false,
    minify: false,
    target: 'node20',
    rolldownOptions: {
      output: {
        format: 'es',
        entryFileNames: 'pingjiaqi-verify.mjs',
        codeSplitting: false,
        banner: '#!/usr/bin/env node',
      },
    },
  },
  ssr: { noExternal: true },
  logLevel: 'warn',
});
