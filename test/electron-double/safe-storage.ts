import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { control } from './control.ts';
import { strict } from './strict.ts';

/**
 * `safeStorage` as its documentation for Electron 45 has it on Linux: nothing before `ready`, `basic_text` where the desktop
 * has no keyring, a text that only the same keyring opens. The synchronous calls, which Electron 46 drops, are not there.
 */

/** Chromium's marks: a hard-coded password, and one that the keyring gave. */
const prefix = () => Buffer.from(control.keyStore.backend === 'basic_text' ? 'v10' : 'v11');
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A keyring that waits for somebody's password never answers. */
async function answered<T>(make: () => T): Promise<T> {
  if (!control.isReady) throw new Error('safeStorage cannot be used before app is ready');
  if (!control.keyStore.answers) await new Promise<never>(() => undefined);
  return make();
}

function encrypt(plainText: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', control.keyStore.key, iv);
  const text = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()]);
  return Buffer.concat([prefix(), iv, cipher.getAuthTag(), text]);
}

function decrypt(encrypted: Buffer): { result: string; shouldReEncrypt: boolean } {
  const body = encrypted.subarray(prefix().length);
  const decipher = createDecipheriv('aes-256-gcm', control.keyStore.key, body.subarray(0, IV_BYTES));
  decipher.setAuthTag(body.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(body.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return { result: text.toString('utf8'), shouldReEncrypt: false };
}

export const safeStorage = strict('safeStorage', {
  getSelectedStorageBackend: () => (control.isReady ? control.keyStore.backend : 'unknown'),
  isAsyncEncryptionAvailable: () => answered(() => true),
  encryptStringAsync: (plainText: string) => answered(() => encrypt(plainText)),
  decryptStringAsync: (encrypted: Buffer) => answered(() => decrypt(encrypted)),
});
