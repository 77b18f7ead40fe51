import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSealer } from '../ledger/sealing.ts';
import {
  findIdentity,
  findNamedIdentity,
  findOrMakeIdentity,
  forgetOtherIdentities,
  keysOf,
  nextIdentity,
} from './identity-store.ts';
import { saveProvisioning } from './provisioning.ts';
import { SUITES } from './suite/key.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'identity-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe.each(SUITES)('a device that began with %s', (suite) => {
  it('has no key before, the same key after, and keeps its suite whatever is wished later', () => {
    expect(findIdentity(dir)).toBeNull();
    const first = findOrMakeIdentity(dir, suite);
    for (const wish of SUITES) {
      const later = findOrMakeIdentity(dir, wish);
      expect([later.alg, later.fingerprint]).toEqual([suite, first.fingerprint]);
    }
  });

  it('reads what was sealed by either suite under its key', () => {
    const [key, aad] = [Buffer.alloc(32, 5), Buffer.from('place')];
    const sealed = createSealer(key, suite).seal(Buffer.from('text'), aad);
    for (const reader of SUITES) expect(createSealer(key, reader).open(sealed, aad).toString()).toBe('text');
    expect(sealed[0]).toBe(SUITES.indexOf(suite) + 3);
  });
});

describe('the key that follows', () => {
  const centreKeys = { keys: [{ kty: 'OKP' as const, crv: 'Ed25519', x: 'A'.repeat(43) }] };
  const say = (key: string) =>
    saveProvisioning(dir, {
      deviceId: 'd',
      baseUrl: 'https://centre.example',
      centreKeys,
      configuration: 'a.b.c',
      key,
    });

  it('is the same one until the provisioning names it, and then the only one', () => {
    const first = findOrMakeIdentity(dir, 'ed25519');
    const next = nextIdentity(dir, 'sm2-sm3');
    expect([next.name, next.key.alg]).toEqual(['device-sm2-sm3-2', 'sm2-sm3']);
    expect(nextIdentity(dir, 'sm2-sm3').key.fingerprint).toBe(next.key.fingerprint);
    expect(findIdentity(dir)?.fingerprint).toBe(first.fingerprint);
    say(next.name);
    expect(findNamedIdentity(dir)).toMatchObject({ name: next.name, key: { fingerprint: next.key.fingerprint } });
    forgetOtherIdentities(dir);
    expect(keysOf(dir).names()).toEqual([next.name]);
    expect(nextIdentity(dir, null).name).toBe('device-sm2-sm3-3');
  });

  it('is not in force where nothing says so, and one that is said and gone gives way to what is there', () => {
    const first = findOrMakeIdentity(dir, 'ed25519');
    nextIdentity(dir, null);
    say('device-ed25519-9');
    expect(findIdentity(dir)?.fingerprint).toBe(first.fingerprint);
  });

  it('leaves the other keys of the folder alone', () => {
    findOrMakeIdentity(dir, 'ed25519');
    keysOf(dir).loadOrCreate('ledger');
    nextIdentity(dir, null);
    forgetOtherIdentities(dir);
    expect(keysOf(dir).names().sort()).toEqual(['device-ed25519', 'ledger']);
  });
});
