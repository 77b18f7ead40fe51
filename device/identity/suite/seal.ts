import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto';
import { sm4 } from 'sm-crypto-v2';
import type { SuiteName } from './key.ts';

/** The 16 bytes behind a ciphertext that prove key, place and every bit (NIST SP 800-38D). */
export const TAG_BYTES = 16;
export const NONCE_BYTES = 12;

/** Authenticated encryption under one key: AES-256-GCM, or SM4-GCM (RFC 8998 §2, GB/T 32907). */
export interface SuiteSealer {
  /**
   * @param nonce 12 bytes, never used before under this key
   * @returns ciphertext and tag
   */
  seal(plaintext: Uint8Array, aad: Uint8Array, nonce: Uint8Array): Buffer;
  /** Null where the key, the place (`aad`) or a single bit differs. */
  open(sealed: Uint8Array, aad: Uint8Array, nonce: Uint8Array): Buffer | null;
}

function aesSealer(rawKey: Buffer): SuiteSealer {
  // Raw bytes would be made into a key object on every call, which costs more than the encryption.
  const key = createSecretKey(rawKey);
  return {
    seal(plaintext, aad, nonce) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad);
      const text = cipher.update(plaintext);
      cipher.final();
      return Buffer.concat([text, cipher.getAuthTag()]);
    },
    open(sealed, aad, nonce) {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(aad);
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const text = decipher.update(sealed.subarray(0, -TAG_BYTES));
      try {
        decipher.final();
        return text;
      } catch {
        return null; // Node says only "unable to authenticate": the reason is the caller's to name
      }
    },
  };
}

/** @param key 16 bytes. In JavaScript, since neither Node nor Electron has SM4-GCM: some 0.1 ms for a record. */
export function sm4Sealer(key: Uint8Array): SuiteSealer {
  const common = (aad: Uint8Array, nonce: Uint8Array) =>
    ({ mode: 'gcm', output: 'array', outputTag: true, associatedData: aad, iv: nonce }) as const;
  return {
    seal(plaintext, aad, nonce) {
      const { output, tag } = sm4.encrypt(plaintext, key, common(aad, nonce));
      if (tag === undefined) throw new Error('SM4-GCM gave no tag');
      return Buffer.concat([output, tag]);
    },
    open(sealed, aad, nonce) {
      const [text, tag] = [sealed.subarray(0, -TAG_BYTES), sealed.subarray(-TAG_BYTES)];
      // A tag of another length would be compared in part only.
      if (tag.length !== TAG_BYTES) return null;
      try {
        return Buffer.from(sm4.decrypt(text, key, { ...common(aad, nonce), tag }));
      } catch (error) {
        if (error instanceof Error && error.message === 'authentication tag mismatch') return null;
        throw error;
      }
    },
  };
}

const SEALERS: Record<SuiteName, (rawKey: Buffer) => SuiteSealer> = {
  ed25519: aesSealer,
  'sm2-sm3': (rawKey) => sm4Sealer(Buffer.from(hkdfSync('sha256', rawKey, Buffer.alloc(0), 'sm4 sealing key', 16))),
};

/** @param rawKey 32 bytes; SM4 takes a key of 16 derived from it, so that no key serves two ciphers */
export function suiteSealer(suite: SuiteName, rawKey: Buffer): SuiteSealer {
  return SEALERS[suite](rawKey);
}
