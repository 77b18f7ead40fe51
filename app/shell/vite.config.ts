import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Everything that Electron starts: the shell, and the processes that it supervises. */
const ENTRIES = {
  main: `${root}app/main.ts`,
  appliance: `${root}app/processes/appliance.ts`,
  agent: `${root}app/processes/agent.ts`,
};

/**
 * Our own sources become plain modules that Electron's Node runs. Packages stay packages: electron is given, the native
 * ones must be found on the disk, and the rest is in the asar as npm installed it, so that it is what was tested.
 * All files lie side by side in dist/main: two levels below the root, as device/<area> is, so that a path to assets/
 * relative to a source file of that depth also holds here.
 */
export default defineConfig({
  root,
  build: {
    ssr: true,
    outDir: 'dist/main',
    emptyOutDir: true,
    sourcemap: false,
    target: 'node24',
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(ENTRIES).filter(([, file]) => existsSync(file))),
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
  logLevel: 'warn',
});
