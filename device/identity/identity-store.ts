import { join } from 'node:path';
import { fileKeyStore, type KeyStore } from '../ledger/key-store.ts';
import type { IdentityError } from './errors.ts';
import {
  type DeviceKey,
  deviceKeyNames,
  findDeviceKey,
  findOrMakeDeviceKey,
  removeDeviceKey,
} from './keeping/device-keys.ts';
import { sealKeys, type Tpm } from './keeping/seal-keys.ts';
import { storedKeyName } from './provisioning.ts';
import { type IdentityKey, SUITES, type SuiteName } from './suite/key.ts';

const keysFolder = (dataDir: string) => join(dataDir, 'keys');

/**
 * The other keys of a data folder, the ledger's first of all: files of mode 0600 and never with a keeper, because
 * ratings must be readable and go on when a TPM is gone.
 */
export const keysOf = (dataDir: string): KeyStore => fileKeyStore(keysFolder(dataDir));

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

/** Null for any other key of the folder. */
export const suiteOfKey = (name: string): SuiteName | null => named(name)?.suite ?? null;

const firstName = (suite: SuiteName) => `device-${suite}`;

/** Every key of the device, with or without a keeper. */
const all = (dataDir: string): Named[] => deviceKeyNames(keysFolder(dataDir)).flatMap((name) => named(name) ?? []);

/** The older one counts where nothing says which: the younger is in force only after the stored provisioning says so. */
function inForce(dataDir: string): Named | null {
  const keys = all(dataDir);
  const said = storedKeyName(dataDir);
  const oldest = keys.toSorted((a, b) => a.generation - b.generation)[0];
  return keys.find(({ name }) => name === said) ?? oldest ?? null;
}

/** A key under the name that goes into the stored provisioning. */
export interface Identity extends DeviceKey {
  name: string;
}

/**
 * The device's key in force, null before its first start. It may be one that does not sign now: `fault` says why.
 * @throws LedgerError `key_damaged`; IdentityError `key_unreadable`
 */
export function findNamedIdentity(dataDir: string): Identity | null {
  const found = inForce(dataDir);
  const kept = found === null ? null : findDeviceKey(keysFolder(dataDir), found.name, found.suite);
  return found === null || kept === null ? null : { name: found.name, ...kept };
}

/** @throws LedgerError `key_damaged`; IdentityError `key_unreadable` */
export function findIdentity(dataDir: string): IdentityKey | null {
  return findNamedIdentity(dataDir)?.key ?? null;
}

/**
 * The device's key, made durably at the first start. A device keeps the suite that it began with until it is enrolled
 * anew: the centre knows it by that key, so another wish later changes nothing.
 * @param suite of a key that has to be made
 * @throws LedgerError `key_damaged`; IdentityError `key_unreadable`
 */
export function findOrMakeIdentity(dataDir: string, suite: SuiteName): IdentityKey {
  return findIdentity(dataDir) ?? findOrMakeDeviceKey(keysFolder(dataDir), firstName(suite), suite).key;
}

/**
 * The key that is to follow the one in force: made durably, and the same one at every call until it is in force, so that
 * a request that a power cut took the answer of is repeated with it. It lies in a plain file until the next start, for
 * sealing takes time and citizens are being served.
 * @param suite null: as the key in force
 * @throws LedgerError `key_damaged`; IdentityError `key_unreadable`; Error before the first key
 */
export function nextIdentity(dataDir: string, suite: SuiteName | null): Identity {
  const present = inForce(dataDir);
  if (present === null) throw new Error('a device without a key has none to renew');
  const next = suite ?? present.suite;
  const name = `${firstName(next)}-${present.generation + 1}`;
  return { name, ...findOrMakeDeviceKey(keysFolder(dataDir), name, next) };
}

/** Removes every key of the device but the one in force. After a power cut the next call does what this one left. */
export function forgetOtherIdentities(dataDir: string): void {
  const kept = inForce(dataDir)?.name;
  for (const { name } of all(dataDir)) if (name !== kept) removeDeviceKey(keysFolder(dataDir), name);
}

/**
 * What the owner of a data folder does at its start: the key in force, made where there is none, given to the machine's
 * TPM where it still lies in a plain file, and opened once, before anybody waits for a signature.
 * @param suite of a key that has to be made
 * @param tcti where the TPM answers; null: none is to be asked
 * @returns `inFile`: why a key stays in a plain file though there is a TPM, else null
 * @throws LedgerError `key_damaged`; IdentityError `key_unreadable`
 */
export function takeUpIdentity(
  dataDir: string,
  suite: SuiteName,
  tcti: string | null,
  tpm?: Tpm,
): { identity: Identity; inFile: IdentityError | null } {
  findOrMakeIdentity(dataDir, suite);
  const inFile = tcti === null ? null : sealKeys(keysFolder(dataDir), all(dataDir), tcti, tpm);
  const identity = findNamedIdentity(dataDir);
  if (identity === null) throw new Error('the key of this device is gone as soon as it was made');
  identity.fault();
  return { identity, inFile };
}
