import type { Anchor } from './anchors.ts';
import { explainedBy, type Gap, subtract } from './gaps.ts';
import { type Head, hashText, type StoredHead } from './head.ts';
import type { LedgerRecord } from './record.ts';
import { idText, openRow, type RecordRow, recordRowSchema, unsealRow } from './record-row.ts';
import { SealError, type Sealer } from './sealing.ts';

/**
 * - `edited`: the record, its place in the chain or a column beside it was changed
 * - `removed`: a number is missing and no event explains it
 * - `reordered`: the record stands at another number than it was written for
 * - `truncated`: records after this number are gone, or the head was replaced
 * - `unreadable`: the file is damaged here, or the key is another one
 */
export type FaultKind = 'edited' | 'removed' | 'reordered' | 'truncated' | 'unreadable';

export interface ChainFault {
  seq: number;
  id: string | null;
  kind: FaultKind;
  why: string;
  /** The content is sealed under a key that is not here. */
  otherKey: boolean;
}

export interface WalkResult {
  /** The fault with the lowest number, null where the chain is whole. */
  fault: ChainFault | null;
  records: number;
  /** Gaps that an event in the chain explains. */
  explained: Gap[];
  last: Head;
}

/** Above this a search for the true number of a record would take minutes. */
const REORDER_SEARCH = 2_000_000;

/**
 * Follows the chain record by record, ascending, and remembers the first fault. It goes on after a fault, because the
 * event that explains an early gap may come late. Without a sealer only numbers and the head are checked.
 */
export class ChainWalk {
  readonly #sealer: Sealer | null;
  readonly #maxSeq: number;
  readonly #holes: Gap[] = [];
  readonly #explained: Gap[] = [];
  #anchors: readonly Anchor[];
  #seq: number;
  #hash: string | null;
  #records = 0;
  #fault: ChainFault | null = null;

  /** @param start what comes before the first row; `hash` null where it is not known */
  constructor(options: {
    sealer: Sealer | null;
    anchors: readonly Anchor[];
    start: { seq: number; hash: string | null };
    maxSeq: number;
  }) {
    this.#sealer = options.sealer;
    this.#anchors = options.anchors;
    this.#seq = options.start.seq;
    this.#hash = options.start.hash;
    this.#maxSeq = Math.min(options.maxSeq, REORDER_SEARCH);
  }

  /** The number of the last row seen. */
  get seq(): number {
    return this.#seq;
  }

  /** Records may leave between two pieces of a long walk. */
  setAnchors(anchors: readonly Anchor[]): void {
    this.#anchors = anchors;
  }

  step(raw: unknown): void {
    const row = recordRowSchema.safeParse(raw).data;
    if (row === undefined) {
      this.unreadable('the row is damaged');
      return;
    }
    const link = this.#linkTo(row.seq);
    this.#records += 1;
    this.#note(this.#check(row, link));
    this.#seq = row.seq;
    this.#hash = hashText(row.hash);
  }

  /** The file could not be read after the last row. */
  unreadable(why: string): void {
    this.#note({ seq: this.#seq + 1, id: null, kind: 'unreadable', why, otherKey: false });
  }

  /** @param head the head row; @param hint the head noted outside the database */
  finish(head: StoredHead | null, hint: Head | null): WalkResult {
    const last = { seq: this.#seq, hash: this.#hash ?? '' };
    this.#note(this.#checkHead(head, hint));
    const open = this.#holes.flatMap((hole) => subtract(hole, this.#explained))[0];
    if (open !== undefined) {
      const why = open.fromSeq === open.toSeq ? 'it is missing' : `the records up to ${open.toSeq} are missing`;
      this.#note({ seq: open.fromSeq, id: null, kind: 'removed', why, otherKey: false });
    }
    return { fault: this.#fault, records: this.#records, explained: this.#explained, last };
  }

  /** The hash that the record `seq` must continue, null where it cannot be known. */
  #linkTo(seq: number): string | null {
    if (seq === this.#seq + 1) return this.#hash;
    this.#holes.push(...subtract({ fromSeq: this.#seq + 1, toSeq: seq - 1 }, this.#anchors));
    return this.#anchors.find((anchor) => anchor.toSeq === seq - 1)?.hash ?? null;
  }

  #check(row: RecordRow, link: string | null): ChainFault | null {
    if (this.#sealer === null) return null;
    const opened = openRow(row, this.#sealer);
    if (opened.fault === undefined) return this.#checkLink(opened.record, link);
    const at = { seq: row.seq, id: idText(row.id), otherKey: opened.fault === 'other_key' };
    if (at.otherKey) return { ...at, kind: 'unreadable', why: 'it is sealed under another key' };
    if (opened.fault === 'unreadable') return { ...at, kind: 'unreadable', why: 'its content is no record' };
    const home = this.#homeOf(row, this.#sealer);
    if (home === null) return { ...at, kind: 'edited', why: 'its content, hash or seal was changed' };
    return { ...at, kind: 'reordered', why: `it was written as record ${home}` };
  }

  #checkLink(record: LedgerRecord, link: string | null): ChainFault | null {
    const gap = explainedBy(record);
    if (gap !== null) this.#explained.push(gap);
    if (link === null || record.prev === link) return null;
    const why = 'it does not continue the record before it';
    return { seq: record.seq, id: record.id, kind: 'edited', why, otherKey: false };
  }

  /** The number under which a row that does not open here would open. Only looked for once: the first fault counts. */
  #homeOf(row: RecordRow, sealer: Sealer): number | null {
    if (this.#fault !== null) return null;
    for (let seq = 1; seq <= this.#maxSeq; seq += 1) {
      if (seq !== row.seq && opensAs(row, sealer, seq)) return seq;
    }
    return null;
  }

  #checkHead(head: StoredHead | null, hint: Head | null): ChainFault | null {
    const cut = (why: string): ChainFault => {
      return { seq: this.#seq + 1, id: null, kind: 'truncated', why, otherKey: false };
    };
    if (head === null) return cut('the head is missing');
    if (head.seq > this.#seq) return cut(`the head names record ${head.seq}`);
    if (hint !== null && hint.seq > this.#seq)
      return cut(`record ${hint.seq} had been written when it was last in use`);
    if (this.#sealer !== null && !head.genuine) return cut('the head was not written by this device');
    if (head.seq === this.#seq && (this.#hash === null || head.hash === this.#hash)) return null;
    return { ...cut('the head does not fit the last record'), seq: this.#seq, kind: 'edited' };
  }

  #note(fault: ChainFault | null): void {
    if (fault !== null && (this.#fault === null || fault.seq < this.#fault.seq)) this.#fault = fault;
  }
}

function opensAs(row: RecordRow, sealer: Sealer, seq: number): boolean {
  try {
    unsealRow(row, sealer, seq);
    return true;
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}
