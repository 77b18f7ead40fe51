import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, statfsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asLedgerError, errorCode } from './errors.ts';
import { sizeOf } from './files.ts';

/**
 * Space that is held while there is some and given up piece by piece when a commit finds none, so that ratings go on
 * being kept for a day after the disk is full. Small pieces: what is given up is free for every other program too.
 */
export const PIECE_BYTES = 1024 * 1024;

export class Reserve {
  readonly #path: string;
  /** What it should hold; 0: there is none. */
  readonly bytes: number;

  /** @param bytes rounded up to whole pieces */
  constructor(path: string, bytes: number) {
    this.#path = path;
    this.bytes = Math.ceil(bytes / PIECE_BYTES) * PIECE_BYTES;
  }

  /** What it holds now. */
  get held(): number {
    return sizeOf(this.#path);
  }

  /**
   * Adds one piece, off the main thread. A crash leaves a shorter reserve, which the next call goes on with.
   * @returns whether more is to be added; false as well where there was no space for it
   */
  async grow(): Promise<boolean> {
    if (this.held >= this.bytes) return false;
    // No zeros: a file system that compresses or leaves holes would hold nothing.
    const piece = randomFillSync(Buffer.alloc(PIECE_BYTES));
    const file = await open(this.#path, 'a', 0o600);
    try {
      await file.write(piece);
      await file.sync();
    } catch (error) {
      if (['ENOSPC', 'EDQUOT'].includes(errorCode(error))) return false;
      throw error;
    } finally {
      await file.close();
    }
    return this.held < this.bytes;
  }

  /** Gives up one piece at once; false where none is left. Blocks for a sync, and needs no space itself. */
  release(): boolean {
    const { held } = this;
    if (held === 0) return false;
    const handle = openSync(this.#path, 'r+');
    try {
      ftruncateSync(handle, Math.max(0, held - PIECE_BYTES));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    return true;
  }

  /**
   * Runs what needs space, giving up pieces until it fits.
   * @param run leaves nothing half done where it throws
   * @throws what `run` throws when it is not about space, or when nothing is left to give up
   */
  spend<Result>(run: () => Result): Result {
    for (;;) {
      try {
        return run();
      } catch (error) {
        if (!this.#isAboutSpace(error) || !this.release()) throw error;
      }
    }
  }

  #isAboutSpace(error: unknown): boolean {
    if (asLedgerError(error, '').code === 'ledger_full') return true;
    // SQLite names a full disk so where it was about to make a file or its shared memory.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return /^SQLITE_(?:IOERR|CANTOPEN)/.test(errorCode(cause)) && this.#isDiskFull();
  }

  #isDiskFull(): boolean {
    const { bavail, bsize } = statfsSync(dirname(this.#path));
    return bavail * bsize < PIECE_BYTES / 4;
  }
}
