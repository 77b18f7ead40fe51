import { spawnSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureSoftwareTpm, SoftwareTpm } from '../../testing/software-tpm.ts';
import { findNamedIdentity, keysOf, nextIdentity, takeUpIdentity } from '../identity-store.ts';
import { SUITES } from '../suite/key.ts';
import { verifySignature } from '../suite/suite.ts';

/** The device's key in a real TPM (swtpm), by the real tools. */

const TEXT = Buffer.from('a batch');
const CHILD = join(import.meta.dirname, 'seal-keys-child.ts');

let tpm: SoftwareTpm;
let dir: string;
beforeAll(ensureSoftwareTpm);
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sealed-'));
  tpm = new SoftwareTpm();
  await tpm.start();
});
afterEach(async () => {
  await tpm.remove();
  rmSync(dir, { recursive: true });
});

const files = () => readdirSync(join(dir, 'keys')).sort();

/** One start of a device in a process of its own, cut at a step; what it opened is not known here. */
const start = (step = 'never') =>
  spawnSync(process.execPath, [CHILD, dir, tpm.tcti, step], { stdio: ['ignore', 'ignore', 'inherit'] });

function mustSign(): string {
  const found = findNamedIdentity(dir);
  expect(found?.fault()).toBeNull();
  const key = found?.key;
  expect(verifySignature(key?.publicJwk, TEXT, key?.sign(TEXT) ?? Buffer.alloc(0))).toBe(true);
  return key?.fingerprint ?? '';
}

describe.each(SUITES)('the first start with %s on a machine with a TPM', (suite) => {
  it('leaves nothing but what the TPM opens, and the key signs', () => {
    const { identity, inFile } = takeUpIdentity(dir, suite, tpm.tcti);
    expect([identity.keptIn, inFile]).toEqual(['tpm', null]);
    expect(files()).toEqual([`device-${suite}.sealed`]);
    expect(mustSign()).toBe(identity.key.fingerprint);
    expect(takeUpIdentity(dir, 'ed25519', tpm.tcti).identity.key.fingerprint).toBe(identity.key.fingerprint);
  });
});

it('a key that was a plain file before goes to the TPM and stays the same key; the others of the folder stay files', () => {
  const before = takeUpIdentity(dir, 'ed25519', null).identity;
  keysOf(dir).loadOrCreate('ledger');
  expect([before.keptIn, files()]).toEqual(['file', ['device-ed25519.key', 'ledger.key']]);
  expect(start().status).toBe(0);
  expect(files()).toEqual(['device-ed25519.sealed', 'ledger.key']);
  expect(mustSign()).toBe(before.key.fingerprint);
});

it('a renewed key lies in a file until the next start', () => {
  takeUpIdentity(dir, 'ed25519', tpm.tcti);
  const next = nextIdentity(dir, 'sm2-sm3');
  expect(next.keptIn).toBe('file');
  expect(start().status).toBe(0);
  expect(files()).toEqual(['device-ed25519.sealed', 'device-sm2-sm3-2.sealed']);
  expect(nextIdentity(dir, 'sm2-sm3').key.fingerprint).toBe(next.key.fingerprint);
});

it('a machine without a TPM keeps the file, and says nothing of it', () => {
  const { identity, inFile } = takeUpIdentity(dir, 'ed25519', 'device:/dev/tpmrm99');
  expect([identity.keptIn, inFile, files()]).toEqual(['file', null, ['device-ed25519.key']]);
});

describe('a power cut', () => {
  it.each([
    ['before sealing', ['device-ed25519.key']],
    ['before the sealed file is written', ['device-ed25519.key']],
    ['before it is read back', ['device-ed25519.key', 'device-ed25519.sealed']],
    ['before the plain file is removed', ['device-ed25519.key', 'device-ed25519.sealed']],
  ])('%s leaves the key as it was, and the next start goes on', (step, left) => {
    const { fingerprint } = takeUpIdentity(dir, 'ed25519', null).identity.key;
    expect(start(step).signal).toBe('SIGKILL');
    expect(files()).toEqual(left);
    expect(mustSign()).toBe(fingerprint);
    const sealed = join(dir, 'keys', 'device-ed25519.sealed');
    const before = existsSync(sealed) ? readFileSync(sealed, 'utf8') : null;
    expect(start().status).toBe(0);
    expect(files()).toEqual(['device-ed25519.sealed']);
    expect(mustSign()).toBe(fingerprint);
    // What was sealed before is never written over.
    if (before !== null) expect(readFileSync(sealed, 'utf8')).toBe(before);
  });

  it('of the machine itself: its TPM opens the key after it is switched on again', async () => {
    expect(start().status).toBe(0);
    await tpm.stop();
    await tpm.start();
    mustSign();
  });
});

describe('a key that does not open', () => {
  beforeEach(() => {
    expect(start().status).toBe(0);
  });
  const fault = () => findNamedIdentity(dir)?.fault();
  const publicJwk = () => findNamedIdentity(dir)?.key.publicJwk;

  it('because the disk is another machine’s says so, knows whose it is, and stays', async () => {
    const [before, jwk] = [files(), publicJwk()];
    await tpm.replace();
    expect(fault()).toMatchObject({
      code: 'key_foreign',
      next: 'stop',
      hint: expect.stringContaining('"renew": true'),
    });
    expect(() => findNamedIdentity(dir)?.key.sign(TEXT)).toThrow(/another machine/);
    const { identity } = takeUpIdentity(dir, 'ed25519', tpm.tcti);
    expect([identity.fault()?.code, files(), publicJwk()]).toEqual(['key_foreign', before, jwk]);
  });

  it('because the TPM was cleared says the same', () => {
    tpm.command('tpm2_clear', '-c', 'p');
    expect(fault()).toMatchObject({ code: 'key_foreign' });
  });

  it('because the TPM is gone says so, and opens when it is back', async () => {
    await tpm.stop();
    expect(fault()).toMatchObject({ code: 'key_locked', message: expect.stringContaining('there is no TPM') });
    await tpm.start();
    mustSign();
  });

  it('because the owner of the TPM locked it says so, and opens when that is over', () => {
    tpm.command('tpm2_changeauth', '-c', 'owner', 'of-the-hall');
    expect(fault()).toMatchObject({ code: 'key_locked', message: expect.stringContaining('authorization') });
    expect(takeUpIdentity(dir, 'ed25519', tpm.tcti).identity.fault()?.code).toBe('key_locked');
    tpm.command('tpm2_changeauth', '-c', 'owner', '-p', 'of-the-hall');
    mustSign();
  });

  it('because its file is broken is told by its code', () => {
    writeFileSync(join(dir, 'keys', 'device-ed25519.sealed'), '{');
    expect(() => findNamedIdentity(dir)).toThrow(expect.objectContaining({ code: 'key_unreadable' }));
  });

  it('is not taken for the one of a plain file beside it that is another key; the plain one counts', () => {
    const other = mkdtempSync(join(tmpdir(), 'sealed-other-'));
    const { fingerprint } = takeUpIdentity(other, 'ed25519', null).identity.key;
    cpSync(join(other, 'keys'), join(dir, 'keys'), { recursive: true });
    rmSync(other, { recursive: true });
    const { identity, inFile } = takeUpIdentity(dir, 'ed25519', tpm.tcti);
    expect([identity.key.fingerprint, inFile?.code]).toEqual([fingerprint, 'key_differs']);
    expect(files()).toEqual(['device-ed25519.key', 'device-ed25519.sealed']);
  });
});

it('a TPM that is locked before anything was sealed leaves the plain file, and says why', () => {
  tpm.command('tpm2_changeauth', '-c', 'owner', 'of-the-hall');
  const { identity, inFile } = takeUpIdentity(dir, 'ed25519', tpm.tcti);
  expect([identity.keptIn, inFile?.code, files()]).toEqual(['file', 'key_locked', ['device-ed25519.key']]);
});

it('another program’s lockout of the TPM does not take the key along', () => {
  expect(start().status).toBe(0);
  tpm.lockOut();
  mustSign();
});

it('the public half of a sealed key checks what it signed, by Node alone', () => {
  const { key } = takeUpIdentity(dir, 'ed25519', tpm.tcti).identity;
  const jwk = createPublicKey({ key: key.publicJwk, format: 'jwk' });
  expect(verify(null, TEXT, jwk, key.sign(TEXT))).toBe(true);
});
