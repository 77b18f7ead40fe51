import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeyRing, type SystemStore } from '../../app/shell/key-ring.ts';
import { findNamedIdentity, takeUpIdentity } from '../../device/identity/identity-store.ts';
import { forgetOpenedKeys, takeHandedKeys } from '../../device/identity/keeping/device-keys.ts';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';

/** The device's key with `safeStorage`: the shell's half of it, on the stand-in for Electron. */

const CHILD = join(import.meta.dirname, 'key-ring-child.ts');

let dir: string;
let fingerprint: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ring-'));
  ({ fingerprint } = takeUpIdentity(dir, 'ed25519', null).identity.key);
});
afterEach(() => {
  forgetOpenedKeys();
  rmSync(dir, { recursive: true });
});

const files = () => readdirSync(join(dir, 'keys')).sort();

function start(step = 'never', user = 'kiosk') {
  const env = { ...process.env, ELECTRON_DOUBLE_KEY_STORE: `gnome_libsecret:${user}` };
  const ended = spawnSync(process.execPath, [CHILD, dir, step], { env, encoding: 'utf8' });
  return { signal: ended.signal, said: ended.stdout === '' ? null : JSON.parse(ended.stdout) };
}

it('wraps a key at one start and lets the plain file go at the next, when the wrapped one gave the same', () => {
  expect(start().said).toEqual({ store: 'holds', names: [] });
  expect(files()).toEqual(['device-ed25519.key', 'device-ed25519.wrapped']);
  expect(start().said).toEqual({ store: 'holds', names: ['device-ed25519'] });
  expect(files()).toEqual(['device-ed25519.wrapped']);
  expect(start().said).toEqual({ store: 'holds', names: ['device-ed25519'] });
});

describe('a power cut', () => {
  it.each([
    ['before wrapping', ['device-ed25519.key']],
    ['before the wrapped file is written', ['device-ed25519.key']],
    ['before it is read back', ['device-ed25519.key', 'device-ed25519.wrapped']],
    ['before it is compared', ['device-ed25519.key', 'device-ed25519.wrapped']],
  ])('at the start that wraps, %s, leaves the key as it was', (step, left) => {
    expect(start(step).signal).toBe('SIGKILL');
    expect(files()).toEqual(left);
    expect(findNamedIdentity(dir)?.key.fingerprint).toBe(fingerprint);
    expect([start().said, start().said].at(-1)).toEqual({ store: 'holds', names: ['device-ed25519'] });
    expect(files()).toEqual(['device-ed25519.wrapped']);
    expect(findNamedIdentity(dir)?.key.fingerprint).toBe(fingerprint);
  });

  it.each(['before it is read back', 'before it is compared'])('at the start that lets go, %s, leaves both', (step) => {
    start();
    expect(start(step).signal).toBe('SIGKILL');
    expect(files()).toEqual(['device-ed25519.key', 'device-ed25519.wrapped']);
    expect(start().said).toMatchObject({ names: ['device-ed25519'] });
  });
});

describe('a wrapped key', () => {
  const wrapped = () => readFileSync(join(dir, 'keys', 'device-ed25519.wrapped'), 'utf8');

  it('of another user opens for nobody else, is not written over, and says who can open it', () => {
    start();
    start();
    const before = wrapped();
    expect(start('never', 'somebody').said).toEqual({ store: 'holds', names: [] });
    expect([files(), wrapped()]).toEqual([['device-ed25519.wrapped'], before]);
    const found = findNamedIdentity(dir);
    expect(found?.key.fingerprint).toBe(fingerprint);
    expect(found?.fault()).toMatchObject({ code: 'key_locked', hint: expect.stringContaining('"renew": true') });
  });

  it('beside a plain file that is another key lets the plain one stay and count', () => {
    start();
    writeFileSync(join(dir, 'keys', 'device-ed25519.key'), Buffer.alloc(32, 1));
    expect(start().said).toEqual({ store: 'holds', names: [] });
    expect(files()).toEqual(['device-ed25519.key', 'device-ed25519.wrapped']);
  });

  it('that was handed over signs; one handed under its name that is another key does not', () => {
    const { key } = findNamedIdentity(dir) ?? {};
    const seed = readFileSync(join(dir, 'keys', 'device-ed25519.key'));
    start();
    start();
    takeHandedKeys({ 'device-ed25519': seed });
    expect(findNamedIdentity(dir)?.key.sign(Buffer.from('x'))).toEqual(key?.sign(Buffer.from('x')));
    takeHandedKeys({ 'device-ed25519': Buffer.alloc(32, 1) });
    expect(findNamedIdentity(dir)?.fault()?.code).toBe('key_differs');
  });
});

describe('a store that protects nothing, or does not answer, is not used and is called so:', () => {
  const never = () => new Promise<never>(() => undefined);
  const storage = {
    isAsyncEncryptionAvailable: async () => true,
    encryptStringAsync: async () => Buffer.from('v11'),
    decryptStringAsync: async () => ({ result: '', shouldReEncrypt: false }),
    getSelectedStorageBackend: () => 'gnome_libsecret' as const,
  };
  it.each<[string, Partial<ConstructorParameters<typeof KeyRing>[0]['storage']>, NodeJS.Platform, SystemStore]>([
    ['a Linux without a keyring', { getSelectedStorageBackend: () => 'basic_text' }, 'linux', 'unprotected'],
    ['a Linux before it is known', { getSelectedStorageBackend: () => 'unknown' }, 'linux', 'unprotected'],
    ['a hard-coded password', { encryptStringAsync: async () => Buffer.from('v10…') }, 'linux', 'unprotected'],
    ['none', { isAsyncEncryptionAvailable: async () => false }, 'win32', 'unavailable'],
    ['one that fails', { encryptStringAsync: () => Promise.reject(new Error('no')) }, 'win32', 'unavailable'],
    ['one that waits for a password', { isAsyncEncryptionAvailable: never }, 'linux', 'unavailable'],
  ])('%s', async (_what, changes, platform, state) => {
    const clock = new VirtualClock(0);
    const folder = join(dir, 'keys');
    const reports = vi.fn();
    const ring = new KeyRing({ folder, storage: { ...storage, ...changes }, platform, clock, report: reports });
    const opened = ring.open();
    await clock.advance(5_000);
    await opened;
    await ring.wrapNew();
    expect([ring.store, files()]).toEqual([state, ['device-ed25519.key']]);
    expect(reports).toHaveBeenCalledWith('system key store', { store: state, keys: 0 });
  });
});
