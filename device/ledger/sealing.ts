import { createHash, createHmac, createSecretKey, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { SUITES, type SuiteName } from '../identity/suite/key.ts';
import { NONCE_BYTES, suiteSealer, TAG_BYTES } from '../identity/suite/seal.ts';

/** Keeps text unreadable and unchangeable on disk. `aad` is what the text belongs to; it must be the same to open it. */
export interface Sealer {
  seal(plaintext: Buffer, aad: Buffer): Buffer;
  /** @throws SealError where the key, the place (`aad`) or a single bit differs */
  open(sealed: Buffer, aad: Buffer): Buffer;
}

/** `other_key`: sealed under another key, so nothing can be said about the content. `broken`: changed or out of place. */
export class SealError extends Error {
  readonly reason: 'other_key' | 'broken';
  constructor(reason: 'other_key' | 'broken') {
    super(reason === 'other_key' ? 'sealed under another key' : 'the seal is broken');
    this.name = 'SealError';
    this.reason = reason;
  }
}

/**
 * The first byte of what is sealed says by which suite, and how many bytes of the key's id follow, so that a reader needs to
 * be told nothing but the key. With the one byte of the first two formats, every 256th lost key was taken for a changed
 * record, so for somebody's forgery: they are read, no longer written.
 */
const FORMATS: ReadonlyMap<number, { suite: SuiteName; idBytes: number }> = new Map([
  [1, { suite: 'ed25519', idBytes: 1 }],
  [2, { suite: 'sm2-sm3', idBytes: 1 }],
  [3, { suite: 'ed25519', idBytes: 4 }],
  [4, { suite: 'sm2-sm3', idBytes: 4 }],
]);
const WRITTEN = { ed25519: 3, 'sm2-sm3': 4 } as const satisfies Record<SuiteName, number>;

/** Tells keys apart, so that a lost key is not mistaken for damage. Its first bytes go before what is sealed. */
function keyId(key: Buffer): Buffer {
  return createHash('sha256').update('ledger key id').update(key).digest();
}

/**
 * AES-256-GCM or SM4-GCM. Layout: format (1 byte), key id (4), nonce (12), ciphertext, tag (16).
 * A random 96-bit nonce is safe for 2^32 messages under a key (NIST SP 800-38D §8.3); a window makes some 10^6 in its life.
 * @param rawKey 32 bytes
 * @param suite to seal by; what either of them sealed is opened
 */
export function createSealer(rawKey: Buffer, suite: SuiteName = 'ed25519'): Sealer {
  const id = keyId(rawKey);
  const prefix = Buffer.concat([Buffer.of(WRITTEN[suite]), id.subarray(0, 4)]);
  const ciphers = new Map(SUITES.map((name) => [name, suiteSealer(name, rawKey)]));
  const own = suiteSealer(suite, rawKey);
  const nonces = noncePool();
  return {
    seal(plaintext, aad) {
      const nonce = nonces();
      return Buffer.concat([prefix, nonce, own.seal(plaintext, aad, nonce)]);
    },
    open(sealed, aad) {
      const format = FORMATS.get(sealed[0] ?? 0);
      const nonceAt = 1 + (format?.idBytes ?? 0);
      if (format === undefined || sealed.length < nonceAt + NONCE_BYTES + TAG_BYTES) throw new SealError('broken');
      if (!sealed.subarray(1, nonceAt).equals(id.subarray(0, format.idBytes))) throw new SealError('other_key');
      const nonce = sealed.subarray(nonceAt, nonceAt + NONCE_BYTES);
      const text = ciphers.get(format.suite)?.open(sealed.subarray(nonceAt + NONCE_BYTES), aad, nonce) ?? null;
      if (text === null) throw new SealError('broken');
      return text;
    },
  };
}

/** Random nonces drawn from the system 256 at a time: a draw costs more than the sealing of a record. */
function noncePool(): () => Buffer {
  let pool = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at >= pool.length) {
      pool = randomBytes(NONCE_BYTES * 256);
      at = 0;
    }
    at += NONCE_BYTES;
    return pool.subarray(at - NONCE_BYTES, at);
  };
}

/** Proves that a row which is not sealed was written by this device: HMAC-SHA-256 under a key outside the database. */
export interface Stamp {
  mac(text: string | Buffer): Buffer;
  fits(text: string | Buffer, mac: Buffer): boolean;
}

export function createStamp(key: Buffer): Stamp {
  const derived = createSecretKey(Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'ledger stamp', 32)));
  const fresh = (text: string | Buffer) => createHmac('sha256', derived).update(text).digest();
  // A head is stamped for its row and again for the note beside the database.
  let last = { text: '', mac: fresh('') };
  const mac = (text: string | Buffer) => {
    if (typeof text !== 'string') return fresh(text);
    if (text !== last.text) last = { text, mac: fresh(text) };
    return last.mac;
  };
  return {
    mac,
    fits: (text, given) => given.length === 32 && timingSafeEqual(mac(text), given),
  };
}

/** What the ledger needs of its one key: sealing of texts, stamping of rows. */
export interface Secrets {
  sealer: Sealer;
  stamp: Stamp;
}

/** @param suite to seal by; a reader needs none */
export function createSecrets(key: Buffer, suite?: SuiteName): Secrets {
  return { sealer: createSealer(key, suite), stamp: createStamp(key) };
}
