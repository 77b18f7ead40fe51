import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { SupportBundle } from '../../app/processes/support-bundle.ts';
import type { TechnicianStatus } from '../../app/server/technician/status.ts';
import { verifySignature } from '../../device/identity/suite/suite.ts';
import { canonicalJson } from '../../device/ledger/canonical-json.ts';
import { buildShell } from '../electron-double/build-shell.ts';

/** The built shell with its real processes on the stand-in for Electron: where the device's key lies over three starts. */

const REGISTER = new URL('../electron-double/register.ts', import.meta.url).href;
const root = join(import.meta.dirname, '../..');

let folder: string;
let data: string;
let shell: ChildProcess | null = null;
let door: string;

beforeAll(async () => {
  folder = await buildShell('real');
  data = mkdtempSync(join(tmpdir(), 'system-store-'));
});
afterEach(() => shell?.kill('SIGKILL'));
afterAll(() => {
  for (const path of [folder, data]) rmSync(path, { recursive: true, force: true });
});

const ask = async <T>(path: string): Promise<T> => (await fetch(`${door}/technician/${path}`)).json() as Promise<T>;
const identityLine = async () => (await ask<TechnicianStatus>('status')).checks.find(({ id }) => id === 'identity');
const keys = () => readdirSync(join(data, 'keys')).filter((name) => name.startsWith('device-'));

/** The shell tells nobody its address, so it is given one that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** @param store as ELECTRON_DOUBLE_KEY_STORE has it @returns what the shell said of the key store */
async function start(store: string): Promise<unknown> {
  const port = await freePort();
  door = `http://127.0.0.1:${port}`;
  const ports = { PINGJIAQI_LOCAL_PORT: String(port), PINGJIAQI_LAN_PORT: '0', PINGJIAQI_TRIAL: '1' };
  const env = { ...process.env, PINGJIAQI_DATA: data, ELECTRON_DOUBLE_KEY_STORE: store, ...ports };
  shell = spawn(process.execPath, ['--import', REGISTER, join(folder, 'main.mjs')], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (shell.stderr === null) throw new Error('a pipe was asked for');
  let said: unknown = null;
  createInterface(shell.stderr).on('line', (line) => {
    if (line.includes('"system key store"')) said = JSON.parse(line);
  });
  await vi.waitFor(() => ask('status'), { timeout: 120_000, interval: 100 });
  return said;
}

async function stop(): Promise<void> {
  if (shell === null) return;
  const ended = once(shell, 'exit');
  shell.kill('SIGTERM');
  await ended;
}

it('says that a Linux without a keyring protects nothing, and keeps the file', async () => {
  expect(await start('basic_text')).toMatchObject({ store: 'unprotected', keys: 0 });
  expect(await identityLine()).toMatchObject({ state: 'pass', code: 'no_keyring' });
  await stop();
  expect(keys()).toEqual(['device-ed25519.key']);
});

it('goes from a file into the key store of the system, signs there, and is nobody else’s', async () => {
  expect(await start('gnome_libsecret:kiosk')).toMatchObject({ store: 'holds', keys: 0 });
  const first = await identityLine();
  expect(first).toMatchObject({ state: 'pass', code: 'file' });
  await vi.waitFor(() => expect(keys()).toContain('device-ed25519.wrapped'), { timeout: 60_000 });
  await stop();

  expect(await start('gnome_libsecret:kiosk')).toMatchObject({ store: 'holds', keys: 1 });
  expect(keys()).toEqual(['device-ed25519.wrapped']);
  expect(await identityLine()).toEqual({ ...first, code: 'system' });
  const { bundle, signature } = await ask<SupportBundle>('support-bundle');
  const value = Buffer.from(signature?.value ?? '', 'base64url');
  expect(verifySignature(signature?.publicKey, Buffer.from(canonicalJson(bundle)), value)).toBe(true);
  await stop();

  expect(await start('gnome_libsecret:another')).toMatchObject({ store: 'holds', keys: 0 });
  expect(await identityLine()).toMatchObject({ state: 'fail', code: 'unusable' });
  expect(keys()).toEqual(['device-ed25519.wrapped']);
  await stop();
});
