import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

// A compiled module is kept for the next process that loads it: the suite starts some hundreds, of ours and of Vitest's.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

/** As many as a small machine has cores: more only take time from limits that are real (a printer's answer, a restart). */
const WORKERS = 2;

/** Three kinds of test, each with its own time limit: rules, real files and processes, a real browser. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    coverage: {
      provider: 'v8',
      include: ['app/**/*.{ts,tsx}', 'device/**/*.ts', 'sync/**/*.ts'],
      exclude: ['**/*.test.ts', '**/fixtures/**', '**/testing/**', 'app/pages/build.ts', 'app/shell/vite.config.ts'],
      reporter: ['text', 'text-summary'],
      reportsDirectory: 'coverage',
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['app/**/*.test.ts', 'device/**/*.test.ts', 'sync/**/*.test.ts'],
          maxWorkers: WORKERS,
          // Two processes for all files: to load the same modules anew for each was two fifths of the CPU time. What a test
          // changes in its process (the working folder, a clock) it puts back.
          isolate: false,
          // Against a hang alone: how long a rule takes on a busy machine says nothing.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          setupFiles: ['test/support/node-version.ts'],
          globalSetup: ['test/support/temporary-root.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          maxWorkers: WORKERS,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          setupFiles: ['test/support/node-version.ts'],
          globalSetup: ['test/support/temporary-root.ts'],
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          maxWorkers: WORKERS,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 60_000 } },
          setupFiles: ['test/support/node-version.ts'],
          globalSetup: ['test/support/temporary-root.ts', 'test/support/ensure-browser.ts'],
        },
      },
    ],
  },
});
