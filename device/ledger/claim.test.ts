import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimFolder, ownerOf } from './claim.ts';

let dir: string;
let child: ChildProcess | null = null;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'claim-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
  rmSync(dir, { recursive: true, force: true });
});

/** Another process that owns the folder and says so. */
async function otherOwner(): Promise<ChildProcess> {
  const source = `
    import { claimFolder } from ${JSON.stringify(new URL('./claim.ts', import.meta.url).href)};
    globalThis.claim = claimFolder(${JSON.stringify(dir)}, 7);
    process.stdout.write('held');
    setInterval(() => undefined, 1000);`;
  child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  return child;
}

it('lets one process own a folder, and names it to the next', async () => {
  const owner = await otherOwner();
  expect(() => claimFolder(dir, 0)).toThrow(expect.objectContaining({ code: 'ledger_in_use', next: 'stop' }));
  expect(() => claimFolder(dir, 0)).toThrow(`the process ${owner.pid}`);
  expect(ownerOf(dir)).toEqual({ pid: owner.pid, since: 7 });
});

it('is free at once when the owner is killed', async () => {
  const owner = await otherOwner();
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(ownerOf(dir)).toBeNull();
  const claim = claimFolder(dir, 1);
  expect(ownerOf(dir)).toEqual({ pid: process.pid, since: 1 });
  claim.release();
  expect(ownerOf(dir)).toBeNull();
});

it('does not stumble over a damaged file, which it keeps', () => {
  writeFileSync(join(dir, 'owner.db'), 'garbage '.repeat(1000));
  claimFolder(dir, 9).release();
  expect(readdirSync(dir)).toContain('owner.db.damaged-9');
});

it('knows no owner where nobody ever was', () => {
  expect(ownerOf(dir)).toBeNull();
});
