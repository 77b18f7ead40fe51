import { mkdir, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noticeByFolder } from './plug-notice.ts';

let folder: string;
let notices: number;
let end: () => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plug-'));
  notices = 0;
});
afterEach(async () => {
  end();
  await rm(folder, { recursive: true });
});

const watch = (path: string) => (end = noticeByFolder(path, () => (notices += 1)));
const noticed = async (least: number) => expect.poll(() => notices, { timeout: 10_000 }).toBeGreaterThanOrEqual(least);

it('a name that comes and goes in the folder is noticed, others are not', async () => {
  watch(join(folder, 'pad'));
  await writeFile(join(folder, 'other'), '');
  await symlink('/dev/null', join(folder, 'pad'));
  await noticed(1);
  const before = notices;
  await unlink(join(folder, 'pad'));
  await noticed(before + 1);
});

it('a folder that is not there yet, as by-id is without any device, is waited for', async () => {
  const byId = join(folder, 'serial', 'by-id');
  watch(join(byId, 'pad'));
  await mkdir(join(folder, 'serial'));
  await noticed(1);
  await mkdir(byId);
  await noticed(2);
  const before = notices;
  await symlink('/dev/null', join(byId, 'pad'));
  await noticed(before + 1);
});

it.each(['tcp://10.0.0.9:4001', 'COM7', 'pad'])('%s is no file in a folder and gives no notice', (path) => {
  watch(path);
  expect(notices).toBe(0);
});
