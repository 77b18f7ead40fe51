import type { Database, Statement } from 'better-sqlite3';
import { LedgerError } from './errors.ts';
import { SealError, type Sealer } from './sealing.ts';

export function stateAad(key: string): Buffer {
  return Buffer.from(`state|${key}`);
}

/** Small named texts that change with the records, in the same commit: the snapshot of the open visit. Sealed. */
export class DeviceState {
  readonly #sealer: Sealer;
  readonly #get: Statement<[string], Buffer>;
  readonly #put: Statement;
  readonly #drop: Statement;
  readonly #range: Statement<[string, string, number], string>;

  constructor(db: Database, sealer: Sealer) {
    this.#sealer = sealer;
    this.#get = db.prepare<[string], Buffer>('SELECT sealed FROM device_state WHERE key = ?').pluck();
    this.#put = db.prepare(
      'INSERT INTO device_state (key, sealed) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET sealed = excluded.sealed',
    );
    this.#drop = db.prepare('DELETE FROM device_state WHERE key = ?');
    this.#range = db
      .prepare<[string, string, number], string>(
        'SELECT key FROM device_state WHERE key >= ? AND key < ? ORDER BY key LIMIT ?',
      )
      .pluck();
  }

  /** @throws LedgerError `record_unreadable` */
  get(key: string): string | null {
    const sealed = this.#get.get(key);
    if (sealed === undefined) return null;
    try {
      return this.#sealer.open(sealed, stateAad(key)).toString('utf8');
    } catch (error) {
      if (error instanceof SealError)
        throw new LedgerError('record_unreadable', `The device state ${key} is damaged.`, error);
      throw error;
    }
  }

  /** Inside the caller's transaction; null removes. */
  set(key: string, text: string | null): void {
    if (text === null) this.#drop.run(key);
    else this.#put.run(key, this.#sealer.seal(Buffer.from(text), stateAad(key)));
  }

  /** Names from `from` (included) to `to` (not included), ascending, at most `limit`. */
  keys(from: string, to: string, limit: number): string[] {
    return this.#range.all(from, to, limit);
  }
}
