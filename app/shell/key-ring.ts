import type { SafeStorage } from 'electron';
import type { Clock } from '../../device/clock.ts';
import { syncFolder } from '../../device/durable-file.ts';
import { suiteOfKey } from '../../device/identity/identity-store.ts';
import { deviceKeyNames, mustBeSame } from '../../device/identity/keeping/device-keys.ts';
import { halfOf, type KeptFile, readKept, writeKeptOnce } from '../../device/identity/keeping/kept-file.ts';
import { identityKey } from '../../device/identity/suite/suite.ts';
import { fileKeyStore } from '../../device/ledger/key-store.ts';
import type { Report } from './security.ts';

/**
 * `holds`: the key store of the operating system keeps the device's keys. `unprotected`: Electron has one that protects
 * nothing (a hard-coded password on a Linux without a keyring), so it is not used. `unavailable`: there is none, or it
 * does not answer.
 */
export type SystemStore = 'holds' | 'unprotected' | 'unavailable';

/** The asynchronous half alone: the other one is deprecated and gone with Electron 46. */
export type Storage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export interface KeyRingOptions {
  /** `keys` of the data folder. */
  folder: string;
  storage: Storage;
  clock: Clock;
  report: Report;
  platform?: NodeJS.Platform;
}

/** A keyring that nobody unlocked asks whoever stands before the screen; the device does not wait for a passer-by. */
const ANSWER_LIMIT_MS = 5_000;
/** What Chromium puts before a text under its hard-coded Linux password, whatever the backend is called. */
const HARD_CODED = 'v10';
const NAMELESS: ReadonlySet<string> = new Set(['basic_text', 'unknown']);

/**
 * The device's keys in the key store of the operating system, which only this process can ask. Each key lies in the data
 * folder as its wrapped text; the processes are handed what was unwrapped over their channel, before they open the folder.
 *
 * A new key is made by the appliance as a plain file, wrapped once the appliance is there, and the plain file goes at the
 * first start at which the wrapped one gave the same key: only a later start shows that the store outlives a power cut. A
 * wrapped text is never written over, also where the store would like it to be encrypted anew.
 */
export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #seeds = new Map<string, Uint8Array>();
  #store: SystemStore = 'unavailable';

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  get store(): SystemStore {
    return this.#store;
  }

  /** What was unwrapped, by name. */
  seeds(): Record<string, Uint8Array> {
    return Object.fromEntries(this.#seeds);
  }

  /** To be called when no process of the device runs yet. Never fails: a key that does not open stops no rating. */
  async open(): Promise<void> {
    this.#store = await this.#stateOfStore();
    if (this.#store === 'holds') await this.#each((name) => this.#takeUp(name));
    this.#options.report('system key store', { store: this.#store, keys: this.#seeds.size });
  }

  /** Wraps what the appliance has made; the plain file stays until the next start. Never fails. */
  async wrapNew(): Promise<void> {
    if (this.#store !== 'holds') return;
    await this.#each(async (name) => {
      const plain = fileKeyStore(this.#options.folder).load(name);
      if (plain !== null && readKept(this.#options.folder, name, 'system') === null) await this.#wrap(name, plain);
    });
  }

  async #stateOfStore(): Promise<SystemStore> {
    const { storage, platform = process.platform } = this.#options;
    if (platform === 'linux' && NAMELESS.has(storage.getSelectedStorageBackend())) return 'unprotected';
    try {
      if (!(await this.#inTime(storage.isAsyncEncryptionAvailable()))) return 'unavailable';
      const sample = await this.#inTime(storage.encryptStringAsync('sample'));
      return platform === 'linux' && sample.toString('latin1').startsWith(HARD_CODED) ? 'unprotected' : 'holds';
    } catch (error) {
      this.#options.report('system key store failed', { error: String(error) });
      return 'unavailable';
    }
  }

  async #each(act: (name: string) => Promise<void>): Promise<void> {
    const { folder, report } = this.#options;
    for (const name of deviceKeyNames(folder)) {
      if (suiteOfKey(name) === null) continue;
      await act(name).catch((error: unknown) => report('key not kept by the system', { name, error: String(error) }));
    }
  }

  async #takeUp(name: string): Promise<void> {
    const { folder } = this.#options;
    const file = readKept(folder, name, 'system');
    const plain = fileKeyStore(folder).load(name);
    if (file === null) {
      if (plain !== null) await this.#wrap(name, plain);
      return;
    }
    const seed = await this.#unwrap(file);
    if (plain !== null) {
      mustBeSame(name, plain, seed);
      fileKeyStore(folder).remove(name);
      syncFolder(folder);
    }
    this.#seeds.set(name, seed);
  }

  async #wrap(name: string, seed: Buffer): Promise<void> {
    const { folder, storage } = this.#options;
    const suite = suiteOfKey(name);
    if (suite === null) throw new Error(`${name} is no key of a device`);
    const wrapped = await this.#inTime(storage.encryptStringAsync(seed.toString('base64')));
    const half = halfOf(identityKey(suite, seed));
    writeKeptOnce(folder, name, { ...half, keeper: 'system', wrapped: wrapped.toString('base64') });
    const file = readKept(folder, name, 'system');
    if (file === null) throw new Error('what was wrapped is not there to be read back');
    mustBeSame(name, seed, await this.#unwrap(file));
  }

  async #unwrap(file: KeptFile): Promise<Buffer> {
    if (file.keeper !== 'system') throw new Error(`${file.keeper} keeps it`);
    const { storage } = this.#options;
    const { result } = await this.#inTime(storage.decryptStringAsync(Buffer.from(file.wrapped, 'base64')));
    return Buffer.from(result, 'base64');
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = this.#options.clock.setTimer(ANSWER_LIMIT_MS, () => late.reject(new Error('it does not answer')));
    try {
      return await Promise.race([answer, late.promise]);
    } finally {
      timer.cancel();
    }
  }
}
