import { join } from 'node:path';
import { fileKeyStore, type KeyStore } from '../ledger/key-store.ts';
import { type IdentityKey, SUITES, type SuiteName } from './suite/key.ts';
import { identityKey } from './suite/suite.ts';

/** The keys of a data folder: the device's own, and the ledger's. */
export const keysOf = (dataDir: string): KeyStore => fileKeyStore(join(dataDir, 'keys'));

const nameOf = (suite: SuiteName) => `device-${suite}`;

/**
 * The device's key, null before its first start.
 * @throws LedgerError `key_damaged`
 */
export function findIdentity(keys: KeyStore): IdentityKey | null {
  for (const suite of SUITES) {
    const seed = keys.load(nameOf(suite));
    if (seed !== null) return identityKey(suite, seed);
  }
  return null;
}

/**
 * The device's key, made durably at the first start. A device keeps the suite that it began with: the centre knows it
 * by that key, so another wish later changes nothing.
 * @param suite of a key that has to be made
 * @throws LedgerError `key_damaged`
 */
export function findOrMakeIdentity(keys: KeyStore, suite: SuiteName): IdentityKey {
  return findIdentity(keys) ?? identityKey(suite, keys.loadOrCreate(nameOf(suite)));
}
