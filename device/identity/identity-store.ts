import { join } from 'node:path';
import { fileKeyStore, type KeyStore } from '../ledger/key-store.ts';
import { storedKeyName } from './provisioning.ts';
import { type IdentityKey, SUITES, type SuiteName } from './suite/key.ts';
import { identityKey } from './suite/suite.ts';

/** The keys of a data folder: the device's own, and the ledger's. */
export const keysOf = (dataDir: string): KeyStore => fileKeyStore(join(dataDir, 'keys'));

/**
 * A device's keys by their age: `device-ed25519` is the first one, `device-sm2-sm3-2` the one that followed. At most two
 * are there, the one in force and the one that a renewal is asking for. Which one is in force is said by the stored
 * provisioning, so that key and enrolment change in one rename.
 */
const KEY_NAME = /^device-(ed25519|sm2-sm3)(?:-([2-9]|[1-9]\d{1,5}))?$/;

interface Named {
  name: string;
  suite: SuiteName;
  generation: number;
}

function named(name: string): Named | null {
  const found = KEY_NAME.exec(name);
  const suite = SUITES.find((one) => one === found?.[1]);
  return suite === undefined ? null : { name, suite, generation: Number(found?.[2] ?? 1) };
}

const firstName = (suite: SuiteName) => `device-${suite}`;

/** The older one counts where nothing says which: the younger is in force only after the stored provisioning says so. */
function inForce(keys: KeyStore, dataDir: string): Named | null {
  const names = keys.names();
  const said = storedKeyName(dataDir);
  if (said !== null && names.includes(said)) return named(said);
  const all = names.flatMap((name) => named(name) ?? []);
  return all.toSorted((a, b) => a.generation - b.generation)[0] ?? null;
}

/** What goes into the stored provisioning beside the key. */
export interface Identity {
  name: string;
  key: IdentityKey;
}

/**
 * The device's key in force and its name, null before its first start.
 * @throws LedgerError `key_damaged`
 */
export function findNamedIdentity(dataDir: string, keys: KeyStore = keysOf(dataDir)): Identity | null {
  const found = inForce(keys, dataDir);
  const seed = found === null ? null : keys.load(found.name);
  return found === null || seed === null ? null : { name: found.name, key: identityKey(found.suite, seed) };
}

/** @throws LedgerError `key_damaged` */
export function findIdentity(dataDir: string, keys: KeyStore = keysOf(dataDir)): IdentityKey | null {
  return findNamedIdentity(dataDir, keys)?.key ?? null;
}

/**
 * The device's key, made durably at the first start. A device keeps the suite that it began with until it is enrolled
 * anew: the centre knows it by that key, so another wish later changes nothing.
 * @param suite of a key that has to be made
 * @throws LedgerError `key_damaged`
 */
export function findOrMakeIdentity(dataDir: string, suite: SuiteName, keys: KeyStore = keysOf(dataDir)): IdentityKey {
  return findIdentity(dataDir, keys) ?? identityKey(suite, keys.loadOrCreate(firstName(suite)));
}

/**
 * The key that is to follow the one in force: made durably, and the same one at every call until it is in force, so that
 * a request that a power cut took the answer of is repeated with it.
 * @param suite null: as the key in force
 * @throws LedgerError `key_damaged`; Error before the first key
 */
export function nextIdentity(dataDir: string, suite: SuiteName | null, keys: KeyStore = keysOf(dataDir)): Identity {
  const present = inForce(keys, dataDir);
  if (present === null) throw new Error('a device without a key has none to renew');
  const next = suite ?? present.suite;
  const name = `${firstName(next)}-${present.generation + 1}`;
  return { name, key: identityKey(next, keys.loadOrCreate(name)) };
}

/** Removes every key of the device but the one in force. After a power cut the next call does what this one left. */
export function forgetOtherIdentities(dataDir: string, keys: KeyStore = keysOf(dataDir)): void {
  const kept = inForce(keys, dataDir)?.name;
  for (const name of keys.names()) if (named(name) !== null && name !== kept) keys.remove(name);
}
