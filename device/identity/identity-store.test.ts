import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSealer } from '../ledger/sealing.ts';
import { findIdentity, findOrMakeIdentity, keysOf } from './identity-store.ts';
import { SUITES } from './suite/key.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'identity-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe.each(SUITES)('a device that began with %s', (suite) => {
  it('has no key before, the same key after, and keeps its suite whatever is wished later', () => {
    expect(findIdentity(keysOf(dir))).toBeNull();
    const first = findOrMakeIdentity(keysOf(dir), suite);
    for (const wish of SUITES) {
      const later = findOrMakeIdentity(keysOf(dir), wish);
      expect([later.alg, later.fingerprint]).toEqual([suite, first.fingerprint]);
    }
  });

  it('reads what was sealed by either suite under its key', () => {
    const [key, aad] = [Buffer.alloc(32, 5), Buffer.from('place')];
    const sealed = createSealer(key, suite).seal(Buffer.from('text'), aad);
    for (const reader of SUITES) expect(createSealer(key, reader).open(sealed, aad).toString()).toBe('text');
    expect(sealed[0]).toBe(SUITES.indexOf(suite) + 1);
  });
});
