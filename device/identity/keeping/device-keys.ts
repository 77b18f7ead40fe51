import { fileKeyStore } from '../../ledger/key-store.ts';
import { IdentityError } from '../errors.ts';
import { fingerprintOf, type IdentityKey, type SuiteName } from '../suite/key.ts';
import { identityKey } from '../suite/suite.ts';
import { KEEPERS, type Keeper, type KeptFile, keptNames, readKept, removeKept } from './kept-file.ts';
import { keyLocked, unsealByTpm } from './tpm.ts';

/** Where a device's key lies: in a file of mode 0600, or with one of the keepers. */
export type KeptIn = 'file' | Keeper;

export interface DeviceKey {
  key: IdentityKey;
  keptIn: KeptIn;
  /**
   * Why it does not sign; null where it does. Opens the key where nobody did, which blocks for some TPM commands; a key
   * that did not open is not tried again by whoever holds it, since citizens would wait for it each time.
   */
  fault(): IdentityError | null;
}

/**
 * What this process opened, by the sealed text: each key is asked of its keeper once in the life of a process. The keys of
 * the system's store come from the shell, over the channel, before anything else.
 */
const opened = new Map<string, Buffer>();
const handed = new Map<string, Buffer>();

/** Keys that the shell unwrapped, by name. */
export function takeHandedKeys(seeds: Readonly<Record<string, Uint8Array>>): void {
  for (const [name, seed] of Object.entries(seeds)) handed.set(name, Buffer.from(seed));
}

/** What has just been sealed need not be asked for. */
export function rememberOpened(file: KeptFile & { keeper: 'tpm' }, seed: Buffer): void {
  opened.set(file.sealed.private, seed);
}

/** As a process that has just begun; for tests that start a device anew in their own process. */
export function forgetOpenedKeys(): void {
  opened.clear();
  handed.clear();
}

function fromSystem(name: string): Buffer {
  const seed = handed.get(name);
  if (seed !== undefined) return seed;
  const look = 'Start the device by its window (Electron), as the user it always ran as, with that user’s keyring open';
  throw keyLocked('the key store of the operating system did not give it out', look);
}

function fromTpm({ sealed }: KeptFile & { keeper: 'tpm' }): Buffer {
  const seed = opened.get(sealed.private) ?? unsealByTpm(sealed);
  opened.set(sealed.private, seed);
  return seed;
}

function differs(name: string): IdentityError {
  return new IdentityError('key_differs', `the file of ${name} and what was kept for it are two keys`, {
    next: 'stop',
    hint: 'Put back the keys folder of this machine, or order a new key ("renew": true, docs/configuration.md).',
  });
}

/** @throws IdentityError `key_differs` */
export function mustBeSame(name: string, seed: Uint8Array, other: Uint8Array): void {
  if (Buffer.compare(seed, other) !== 0) throw differs(name);
}

function keptKey(name: string, file: KeptFile): DeviceKey {
  const { alg, publicJwk, keeper } = file;
  const fingerprint = fingerprintOf(publicJwk);
  let found: IdentityKey | IdentityError | null = null;
  const open = (): IdentityKey | IdentityError => {
    try {
      const key = identityKey(alg, file.keeper === 'tpm' ? fromTpm(file) : fromSystem(name));
      return key.fingerprint === fingerprint ? key : differs(name);
    } catch (error) {
      if (error instanceof IdentityError) return error;
      throw error;
    }
  };
  const ask = () => {
    found ??= open();
    return found;
  };
  const sign = (bytes: Uint8Array) => {
    const key = ask();
    if (key instanceof IdentityError) throw key;
    return key.sign(bytes);
  };
  const fault = () => {
    const key = ask();
    return key instanceof IdentityError ? key : null;
  };
  return { key: { alg, publicJwk, fingerprint, sign }, keptIn: keeper, fault };
}

/**
 * A key by its name; null where there is none. The plain file counts where it is: a keeper is then being made sure of.
 * @throws LedgerError `key_damaged`; IdentityError `key_unreadable`
 */
export function findDeviceKey(folder: string, name: string, suite: SuiteName): DeviceKey | null {
  const seed = fileKeyStore(folder).load(name);
  if (seed !== null) return { key: identityKey(suite, seed), keptIn: 'file', fault: () => null };
  for (const keeper of KEEPERS) {
    const file = readKept(folder, name, keeper);
    if (file !== null) return keptKey(name, file);
  }
  return null;
}

/** Made durably first where there is none. @throws as `findDeviceKey` */
export function findOrMakeDeviceKey(folder: string, name: string, suite: SuiteName): DeviceKey {
  const found = findDeviceKey(folder, name, suite);
  if (found !== null) return found;
  const seed = fileKeyStore(folder).loadOrCreate(name);
  return { key: identityKey(suite, seed), keptIn: 'file', fault: () => null };
}

/** Of all keys, in which way ever they lie here. */
export function deviceKeyNames(folder: string): string[] {
  return [...new Set([...fileKeyStore(folder).names(), ...keptNames(folder)])];
}

export function removeDeviceKey(folder: string, name: string): void {
  fileKeyStore(folder).remove(name);
  removeKept(folder, name);
}
