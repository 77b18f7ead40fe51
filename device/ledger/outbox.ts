import type { DueGroup } from '../policy/slack.ts';

/**
 * The only way from the ledger to an agent (design §3). The appliance implements it on its database; the agent sees it
 * through a typed message port; a hall's gateway may put another one behind the same agent.
 * Every call may be repeated: settling is by record id, so a lost reply or a killed process changes nothing.
 */

/** One undelivered record, as it goes on the wire. */
export interface OutboxRecord {
  id: string;
  seq: number;
  /** `sha256:…`; what the Merkle leaf is made from. */
  hash: string;
  /** Earliest date that late delivery would break, ms since 1970. */
  dueAt: number;
  /** How often a centre answered `deferred` for it. */
  attempts: number;
  /** The whole record as JSON text, `hash` included; sent unchanged. */
  json: string;
}

export interface ClaimedBatch {
  /** Names this claim until it is settled, released, or the agent is gone. */
  leaseId: string;
  records: OutboxRecord[];
  /** Nothing else could have been claimed with it: until something happens, asking again finds nothing. */
  isLast: boolean;
}

/** A receipt that the agent verified: signature, count and Merkle root over its own hashes (reference-protocol §4). */
export interface VerifiedReceipt {
  batchId: string;
  /** RFC 3339, the centre's clock. */
  receivedAt: string;
  count: number;
  /** `sha256:…` */
  root: string;
  /** The compact JWS, kept as evidence. */
  jws: string;
}

export interface Settlement {
  leaseId: string;
  /** Present exactly when `delivered` is not empty. */
  receipt: VerifiedReceipt | null;
  /** In leaf order: the position in this list is the leaf index of the receipt's tree. */
  delivered: string[];
  deferred: { id: string; retryAfterMs: number; code: string }[];
  refused: { id: string; code: string; message: string }[];
}

export interface OutboxCounts {
  pending: number;
  deferred: number;
  refused: number;
  delivered: number;
  /** ms since 1970 of the oldest record not delivered, null when there is none. */
  oldestPendingAt: number | null;
  /** Earliest `dueAt` among records not delivered and not refused. */
  nextDueAt: number | null;
  /** The same without dates of the house: null where the law waits for nothing. */
  nextLegalDueAt: number | null;
  headSeq: number;
  headHash: string;
}

export interface ClaimRequest {
  /** 1–500 records. */
  limit: number;
  /** Bytes of JSON; at least one record comes, whatever its size. */
  maxBytes: number;
  /**
   * No record of a visit before the visit itself: in the batch it comes after it, and where the visit is on its way or
   * deferred it waits with it. A refused visit holds nothing up.
   */
  visitsFirst?: boolean | undefined;
}

export interface Outbox {
  /**
   * Takes the records with the earliest `dueAt` (ties: law before house, then lowest seq). Null when nothing can be sent
   * now.
   */
  claim(request: ClaimRequest): Promise<ClaimedBatch | null>;
  /** Writes the outcome of a batch in one transaction; records named nowhere go back to pending. */
  settle(settlement: Settlement): Promise<void>;
  /** Gives a batch back untouched: nothing is known about it. */
  release(leaseId: string): Promise<void>;
  counts(): Promise<OutboxCounts>;
  /**
   * What is neither delivered nor refused and due until then, grouped, earliest first. Of a very long backlog only the
   * earliest are counted.
   * @param untilMs ms since 1970
   */
  dueGroups(untilMs: number): Promise<DueGroup[]>;
}
