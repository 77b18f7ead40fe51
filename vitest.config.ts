import { defineConfig } from 'vitest/config';

/**
 * Three kinds of test, each with its own time limit: rules, real files and processes, a real browser. Two at a time, since
 * much of the second kind only waits (a restart, a deadline of the wire); the browser alone, for it paints by itself.
 */
export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['app/**/*.{ts,tsx}', 'device/**/*.ts', 'sync/**/*.ts'],
      exclude: [
        '**/*.test.ts',
        '**/fixtures/**',
        '**/testing/**',
        'app/pages/vite.config.ts',
        'app/shell/vite.config.ts',
      ],
      reporter: ['text', 'text-summary'],
      reportsDirectory: 'coverage',
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['app/**/*.test.ts', 'device/**/*.test.ts', 'sync/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          // Against a hang alone: how long a rule takes on a busy machine says nothing.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          setupFiles: ['test/support/node-version.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          testTimeout: 300_000,
          hookTimeout: 120_000,
          setupFiles: ['test/support/node-version.ts'],
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          setupFiles: ['test/support/node-version.ts'],
          globalSetup: ['test/support/ensure-browser.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
