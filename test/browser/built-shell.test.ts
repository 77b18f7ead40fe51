import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { buildShell } from '../electron-double/build-shell.ts';

const root = join(import.meta.dirname, '../..');

/** The real program, if this machine has it; asking the package itself would start a download. */
const realElectron = [
  join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules/electron/dist'), 'electron'),
].find((path) => existsSync(path));

let folder: string;
let data: string;
let shell: ChildProcess;

beforeAll(async () => {
  folder = await buildShell();
  writeFileSync(join(folder, 'package.json'), '{"name":"shell-test","type":"module","main":"main.mjs"}');
  data = mkdtempSync(join(tmpdir(), 'built-shell-'));
});

afterEach(() => {
  shell.kill('SIGKILL');
  rmSync(join(data, 'journal'), { force: true });
});

afterAll(() => {
  for (const path of [folder, data]) rmSync(path, { recursive: true });
});

function start(file: string, args: string[], more: Record<string, string> = {}): void {
  const env = { ...process.env, PINGJIAQI_DATA: data, ...more };
  shell = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

const events = () => {
  const file = join(data, 'journal');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line): string => JSON.parse(line).event);
};

/** Page and relay work, and a polite end takes everything down in order. */
async function seeWholeLife(): Promise<void> {
  const wanted = ['appliance ready', 'page seen', 'agent heard'];
  await vi.waitFor(() => expect(events()).toEqual(expect.arrayContaining(wanted)), { timeout: 240_000, interval: 100 });
  const ended = once(shell, 'exit');
  shell.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(events().slice(-2)).toEqual(['agent stopped', 'appliance stopped']);
}

it('the built shell runs unchanged on the stand-in: page, relay, orderly end on SIGTERM', async () => {
  const register = new URL('../electron-double/register.ts', import.meta.url).href;
  start(process.execPath, ['--import', register, join(folder, 'main.mjs')]);
  await seeWholeLife();
});

it('is only the window where somebody else runs the processes', async () => {
  const register = new URL('../electron-double/register.ts', import.meta.url).href;
  const server = createServer((_request, response) => void response.end('<title>page</title>'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = once(server, 'request');
  const page = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  start(process.execPath, ['--import', register, join(folder, 'main.mjs')], { PINGJIAQI_PAGE: page });
  await asked;
  const ended = once(shell, 'exit');
  shell.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(events()).toEqual([]);
  server.closeAllConnections();
  server.close();
});

const NOT_RUN = realElectron === undefined ? ' (NOT RUN: no Electron binary on this machine)' : '';
if (realElectron === undefined) process.stderr.write(`not run: shell on the real Electron, none found\n`);

it.skipIf(realElectron === undefined)(`the built shell on the real Electron${NOT_RUN}`, async () => {
  const display = process.env.DISPLAY === undefined ? ['--ozone-platform=headless'] : [];
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  start(realElectron ?? '', [...display, ...asRoot, `--user-data-dir=${data}`, folder]);
  await seeWholeLife();
});
