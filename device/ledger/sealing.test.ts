import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileKeyStore } from './key-store.ts';
import { createSealer, createStamp, SealError } from './sealing.ts';

const key = Buffer.alloc(32, 1);
const sealer = createSealer(key);
/** "a rating", sealed under this key by the two first formats. */
const ONE_BYTE_IDS = {
  1: '01a4a5ca4050b5e7bb641f52781c905fb8fe398580f7225c9d09000d624361d50f6ad5bdde70',
  2: '02a4436798c13185278b3ce5c1a9edd53061c37fd441a55aabee6a615a872a793a0932cc730b',
};

function reasonOf(run: () => unknown): string {
  try {
    run();
    return 'opened';
  } catch (error) {
    return error instanceof SealError ? error.reason : 'untyped';
  }
}

describe('sealing', () => {
  it('gives back any text in its place, and never the same bytes twice', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.uint8Array({ maxLength: 60 }), (text, aad) => {
        const [plain, place] = [Buffer.from(text), Buffer.from(aad)];
        const sealed = sealer.seal(plain, place);
        expect(sealer.open(sealed, place).equals(plain)).toBe(true);
        expect(sealer.seal(plain, place).equals(sealed)).toBe(false);
      }),
    );
  });

  it('does not open with any bit, length or place changed', () => {
    const aad = Buffer.from('id|1|rating');
    const sealed = sealer.seal(Buffer.from('a rating'), aad);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = changed[at]! ^ 1;
      expect(reasonOf(() => sealer.open(changed, aad))).toBe(at >= 1 && at <= 4 ? 'other_key' : 'broken');
      expect(reasonOf(() => sealer.open(sealed.subarray(0, at), aad))).toBe('broken');
    }
    expect(reasonOf(() => sealer.open(sealed, Buffer.from('id|2|rating')))).toBe('broken');
  });

  it('tells another key from damage, also where the first byte of the ids of both is the same', () => {
    const others = Array.from({ length: 1000 }, (_none, n) =>
      createSealer(createHash('sha256').update(`${n}`).digest()),
    );
    const texts = others.map((other) => other.seal(Buffer.from('x'), Buffer.alloc(0)));
    const alike = texts.filter((text) => text[1] === sealer.seal(Buffer.alloc(0), Buffer.alloc(0))[1]);
    expect(alike.length).toBeGreaterThan(0);
    for (const text of texts) expect(reasonOf(() => sealer.open(text, Buffer.alloc(0)))).toBe('other_key');
  });

  it('opens what was written while a key was told by one byte', () => {
    const aad = Buffer.from('id|1|rating');
    for (const [format, text] of Object.entries(ONE_BYTE_IDS)) {
      const sealed = Buffer.from(text, 'hex');
      expect(sealed[0]).toBe(Number(format));
      expect(sealer.open(sealed, aad).toString()).toBe('a rating');
      expect(reasonOf(() => sealer.open(sealed, Buffer.alloc(0)))).toBe('broken');
    }
  });

  it('stamps with a key of its own', () => {
    const stamp = createStamp(key);
    const mac = stamp.mac('head|1');
    expect([stamp.fits('head|1', mac), stamp.fits('head|2', mac), stamp.fits('head|1', Buffer.alloc(3))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(createStamp(Buffer.alloc(32, 2)).fits('head|1', mac)).toBe(false);
  });
});

describe('keys in files', () => {
  it('makes a key once, for its owner only, and leaves nothing else behind', () => {
    const dir = mkdtempSync(join(tmpdir(), 'keys-'));
    const folder = join(dir, 'keys');
    const store = fileKeyStore(folder);
    expect(store.load('ledger')).toBeNull();
    const made = store.loadOrCreate('ledger');
    expect(made).toHaveLength(32);
    expect(fileKeyStore(folder).loadOrCreate('ledger').equals(made)).toBe(true);
    expect(store.loadOrCreate('other').equals(made)).toBe(false);
    expect([statSync(folder).mode & 0o777, statSync(join(folder, 'ledger.key')).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(readdirSync(folder).toSorted()).toEqual(['ledger.key', 'other.key']);
    rmSync(dir, { recursive: true });
  });

  it('stops at a damaged key instead of making another', () => {
    const dir = mkdtempSync(join(tmpdir(), 'keys-'));
    writeFileSync(join(dir, 'ledger.key'), 'short');
    const open = () => fileKeyStore(dir).loadOrCreate('ledger');
    expect(open).toThrow(expect.objectContaining({ code: 'key_damaged', next: 'stop' }));
    rmSync(dir, { recursive: true });
  });
});
