import { syncFolder } from '../../durable-file.ts';
import { fileKeyStore } from '../../ledger/key-store.ts';
import { IdentityError } from '../errors.ts';
import type { SuiteName } from '../suite/key.ts';
import { identityKey } from '../suite/suite.ts';
import { mustBeSame, rememberOpened } from './device-keys.ts';
import { halfOf, readKept, writeKeptOnce } from './kept-file.ts';
import { keyLocked, NO_TOOLS, sealByTpm, tpmState, unsealByTpm } from './tpm.ts';

/** The two commands of a TPM, so that a test can pull the plug between any two steps. */
export interface Tpm {
  seal: typeof sealByTpm;
  unseal: typeof unsealByTpm;
}

const SYSTEM_TPM: Tpm = { seal: sealByTpm, unseal: unsealByTpm };

/**
 * Gives a key that lies in a plain file to the TPM: seals it, reads back what was written, has it opened and compares,
 * and only then removes the plain file, which counts until that moment. What was sealed before is never written over. A
 * power cut anywhere leaves a key that works, and the next call goes on.
 */
function sealOne(folder: string, name: string, suite: SuiteName, seed: Buffer, tcti: string, tpm: Tpm): void {
  const half = halfOf(identityKey(suite, seed));
  if (readKept(folder, name, 'tpm') === null) {
    writeKeptOnce(folder, name, { ...half, keeper: 'tpm', sealed: tpm.seal(tcti, seed) });
  }
  const file = readKept(folder, name, 'tpm');
  if (file?.keeper !== 'tpm') throw keyLocked('what was sealed is not there to be read back');
  mustBeSame(name, seed, tpm.unseal(file.sealed));
  fileKeyStore(folder).remove(name);
  syncFolder(folder);
  rememberOpened(file, seed);
}

/**
 * Gives the device's keys to the TPM of this machine, where it has one. Blocks once in the life of a key.
 * @param keys names of device keys and their suites
 * @param tcti as in `tctiSchema`
 * @returns why a key stays in a plain file though there is a TPM; null where none does, and where there is no TPM
 */
export function sealKeys(
  folder: string,
  keys: readonly { name: string; suite: SuiteName }[],
  tcti: string,
  tpm: Tpm = SYSTEM_TPM,
): IdentityError | null {
  const state = tpmState(tcti);
  if (state === 'absent') return null;
  if (state === 'no_tools') return keyLocked(NO_TOOLS);
  try {
    for (const { name, suite } of keys) {
      const seed = fileKeyStore(folder).load(name);
      if (seed !== null) sealOne(folder, name, suite, seed, tcti, tpm);
    }
    return null;
  } catch (error) {
    if (error instanceof IdentityError) return error;
    throw error;
  }
}
