import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurablyOnce } from '../durable-file.ts';
import { errorCode, LedgerError } from './errors.ts';

const KEY_BYTES = 32;
const SUFFIX = '.key';
/** The name under which the ledger's key is asked for. */
export const LEDGER_KEY = 'ledger';

/** Holds named 32-byte keys outside the database. A file today; a key store of the operating system can take its place. */
export interface KeyStore {
  /** The key, or null where there is none. @throws LedgerError `key_damaged` */
  load(name: string): Buffer | null;
  /** The key, made and kept durably first where there is none. @throws LedgerError `key_damaged` */
  loadOrCreate(name: string): Buffer;
  /** Names of all keys that are here. */
  names(): string[];
  /** Nothing where there is none. */
  remove(name: string): void;
}

/**
 * Keys as files `<name>.key` of mode 0600 in a folder of mode 0700.
 * A crash while creating leaves at most a stray temporary file: a key is linked to its name only when it is on disk.
 */
export function fileKeyStore(folder: string): KeyStore {
  const load = (name: string) => readKey(join(folder, `${name}${SUFFIX}`));
  return {
    load,
    loadOrCreate: (name) => load(name) ?? createKey(folder, name),
    names: () => namesIn(folder, SUFFIX),
    remove(name) {
      rmSync(join(folder, `${name}${SUFFIX}`), { force: true });
    },
  };
}

/** Temporary files begin with a dot. */
function namesIn(folder: string, suffix: string): string[] {
  try {
    const files = readdirSync(folder).filter((file) => !file.startsWith('.') && file.endsWith(suffix));
    return files.map((file) => file.slice(0, -suffix.length));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function readKey(path: string): Buffer | null {
  try {
    const key = readFileSync(path);
    if (key.length === KEY_BYTES) return key;
    throw new LedgerError('key_damaged', `The key file ${path} holds ${key.length} bytes instead of ${KEY_BYTES}.`);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function createKey(folder: string, name: string): Buffer {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const path = join(folder, `${name}${SUFFIX}`);
  // Where another process made the key in the meantime, its key is the key.
  writeDurablyOnce(path, randomBytes(KEY_BYTES));
  return readFileSync(path);
}
