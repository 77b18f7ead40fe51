import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import type { Reserve } from '../ledger/reserve.ts';
import { type Evicted, evict } from './eviction.ts';

export interface Disk {
  freeBytes: number;
  totalBytes: number;
}

/** The disk that holds a folder, as much of it as this user may fill. */
export async function readDisk(dir: string): Promise<Disk> {
  const { bavail, blocks, bsize } = await statfs(dir);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

const MIB = 1024 * 1024;
/** Below either of these the disk is called full enough to act. */
const LOW = { share: 0.1, bytes: 500 * MIB };
/** Above both of these it is well again: a file more or less must not ring the alarm anew. */
const WELL = { share: 0.12, bytes: 600 * MIB };

const reaches = ({ freeBytes, totalBytes }: Disk, { share, bytes }: typeof LOW): boolean =>
  freeBytes >= bytes && freeBytes >= share * totalBytes;

/** Whether the disk counts as low, given whether it did before. Pure. */
export function isLow(disk: Disk, wasLow: boolean): boolean {
  return !reaches(disk, wasLow ? WELL : LOW);
}

/** What may go for space, in this order: what programs wrote of themselves, then what can be loaded again. */
const EVICTABLE = ['logs', 'compile-cache', 'media'];
const FIRST_LOOK_MS = 5_000;
const LOOK_EVERY_MS = 60_000;

export interface DiskState extends Disk {
  isLow: boolean;
  reserve: { heldBytes: number; wantedBytes: number };
}

export interface DiskWatchOptions {
  dataDir: string;
  clock: Clock;
  read: (dir: string) => Promise<Disk>;
  reserve: Reserve;
  /** Leaves a trace of a change. @throws the store's error */
  keep: (type: string, detail: Record<string, number>) => void;
  onFault: (error: unknown) => void;
}

/**
 * Looks after the space that ratings need: holds the reserve, and where the disk runs low lets go of logs and media and
 * raises an alarm. It deletes no record, whatever its state.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions;
  #disk: Disk | null = null;
  #isLow = false;
  #timer: Timer;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#timer = this.#later(FIRST_LOOK_MS);
  }

  /** Null before the first look. */
  get state(): DiskState | null {
    const { reserve } = this.#options;
    if (this.#disk === null) return null;
    return { ...this.#disk, isLow: this.#isLow, reserve: { heldBytes: reserve.held, wantedBytes: reserve.bytes } };
  }

  /** For the technician's page. */
  warnings(): { code: string; text: string }[] {
    const { state } = this;
    if (state === null || !state.isLow) return [];
    const free = `${Math.floor(state.freeBytes / MIB)} MiB of ${Math.floor(state.totalBytes / MIB)} MiB are free`;
    const { heldBytes, wantedBytes } = state.reserve;
    if (heldBytes < wantedBytes) {
      const left = `${Math.floor(heldBytes / MIB)} MiB are held back for ratings`;
      return [{ code: 'disk_full', text: `The disk is full: ${free}, ${left}. Free space today.` }];
    }
    return [{ code: 'disk_low', text: `The disk runs full: ${free}. Free space; no rating was deleted.` }];
  }

  /** Resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer.cancel();
    await this.#looking;
  }

  /** Looks once and does what is due. */
  async look(): Promise<void> {
    const { dataDir, read } = this.#options;
    this.#disk = await read(dataDir);
    const wasLow = this.#isLow;
    this.#isLow = isLow(this.#disk, wasLow);
    if (this.#isLow) await this.#makeRoom(wasLow);
    else if (wasLow) this.#tell('disk_recovered', { files: 0, bytes: 0 });
    await this.#fillReserve();
  }

  async #makeRoom(wasLow: boolean): Promise<void> {
    const { dataDir, read } = this.#options;
    const before = this.#disk ?? (await read(dataDir));
    const folders = EVICTABLE.map((name) => join(dataDir, name));
    // Counted by what each file takes: file systems tell only later what a deletion freed.
    const evicted = evict(folders, (freed) => {
      return this.#isStopped || !isLow({ ...before, freeBytes: before.freeBytes + freed }, true);
    });
    if (evicted.files > 0) this.#disk = await read(dataDir);
    // The alarm stands for a look even where that was enough: somebody should know that it came so far.
    if (!wasLow || evicted.files > 0) this.#tell('disk_low', evicted);
  }

  #tell(type: string, { files, bytes }: Evicted): void {
    const { freeBytes, totalBytes } = this.#disk ?? { freeBytes: 0, totalBytes: 0 };
    const detail = { freeMiB: Math.floor(freeBytes / MIB), totalMiB: Math.floor(totalBytes / MIB) };
    this.#options.keep(type, { ...detail, evictedFiles: files, evictedMiB: Math.ceil(bytes / MIB) });
  }

  /** Twice the space that it takes must be there: a disk that is all but full is not to be filled by us. */
  async #fillReserve(): Promise<void> {
    const { reserve, dataDir, read } = this.#options;
    while (!this.#isStopped && reserve.held < reserve.bytes) {
      const { freeBytes } = await read(dataDir);
      if (freeBytes < 2 * (reserve.bytes - reserve.held) || !(await reserve.grow())) return;
    }
  }

  #later(delayMs: number): Timer {
    return this.#options.clock.setTimer(delayMs, () => {
      this.#looking = this.#lookSafely();
    });
  }

  async #lookSafely(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.#options.onFault(error);
    }
    if (!this.#isStopped) this.#timer = this.#later(LOOK_EVERY_MS);
  }
}
