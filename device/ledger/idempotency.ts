import { createHash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import { DAY_MS } from '../time.ts';
import type { Sealer } from './sealing.ts';
import { SealError } from './sealing.ts';

/** How long a repeated request gets the first answer again. */
const IDEMPOTENCY_MS = DAY_MS;

/** The answer to a request that a business system may repeat, kept in the same commit as what the request did. */
export interface Reply {
  /** Id of the calling system. */
  client: string;
  /** Its `Idempotency-Key`. */
  key: string;
  /** Tells a repetition from another request under the same key. */
  requestHash: string;
  /** The answer, as JSON text. */
  response: string;
  /** ms since 1970. */
  at: number;
}

interface Row {
  request_hash: string;
  at: number;
  sealed: Buffer;
}

/** Client and key only as a hash: a careless system may put a case number or a name into its keys (promise 7). */
function replyKey(client: string, key: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([client, key]))
    .digest();
}

export function replyAad(key: Buffer): Buffer {
  return Buffer.concat([Buffer.from('reply|'), key]);
}

export class Idempotency {
  readonly #sealer: Sealer;
  readonly #find: Statement<[Buffer], Row>;
  readonly #put: Statement;
  readonly #purge: Statement;

  constructor(db: Database, sealer: Sealer) {
    this.#sealer = sealer;
    this.#find = db.prepare<[Buffer], Row>('SELECT request_hash, at, sealed FROM idempotency WHERE key = ?');
    this.#put = db.prepare('INSERT OR REPLACE INTO idempotency (key, request_hash, at, sealed) VALUES (?, ?, ?, ?)');
    this.#purge = db.prepare('DELETE FROM idempotency WHERE at < ?');
  }

  /** The first answer, null where the key is new or its entry damaged: then the request is simply done again. */
  find(client: string, key: string): Reply | null {
    const hashed = replyKey(client, key);
    const row = this.#find.get(hashed);
    if (row === undefined) return null;
    try {
      const response = this.#sealer.open(row.sealed, replyAad(hashed)).toString('utf8');
      return { client, key, requestHash: row.request_hash, response, at: row.at };
    } catch (error) {
      if (error instanceof SealError) return null;
      throw error;
    }
  }

  /** Inside the caller's transaction. */
  remember(reply: Reply): void {
    const hashed = replyKey(reply.client, reply.key);
    const sealed = this.#sealer.seal(Buffer.from(reply.response), replyAad(hashed));
    this.#put.run(hashed, reply.requestHash, reply.at, sealed);
  }

  /** Forgets what is older than 24 h. @returns how many */
  purge(now: number): number {
    return this.#purge.run(now - IDEMPOTENCY_MS).changes;
  }
}
