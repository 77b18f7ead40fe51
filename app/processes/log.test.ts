import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from './log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = () => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

it('rotates by size and never keeps more than five files', async () => {
  // "error" and not "info", so that the lines of the test itself stay few: each goes to standard error too.
  const log = createLog('test', 'error', { folder, size: '1K' });
  for (let n = 0; n < 60; n++) {
    log.error({ n, filler: 'x'.repeat(200) }, 'a line');
    // Rotation is done between turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => readdirSync(folder).filter((name) => name.startsWith('test.log')).length).toBe(5);
  expect(bytes()).toBeLessThan(5 * (1024 + 400));
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
});

it('goes on where the folder is full or gone', async () => {
  const log = createLog('test', 'error', { folder, size: '1K' });
  rmSync(folder, { recursive: true });
  for (let n = 0; n < 20; n++) {
    log.error({ filler: 'x'.repeat(200) }, 'a line');
    await new Promise((resolve) => setImmediate(resolve));
  }
});
