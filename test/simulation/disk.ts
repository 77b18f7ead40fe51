import type { LedgerRecord } from '../../device/ledger/record.ts';

/** The disk of one device: what a transaction leaves behind, whatever happens in the middle of it. */

export type RowState = 'pending' | 'deferred' | 'refused' | 'delivered';

/** One record and where its delivery stands. */
export interface Row {
  record: LedgerRecord;
  /** As stored; a flipped bit shows in `seal`. */
  json: string;
  seal: number;
  recordedAt: number;
  dueAt: number;
  marginMs: number;
  state: RowState;
  nextAt: number | null;
  attempts: number;
  code: string | null;
  /** Number of its receipt. */
  receipt: number | null;
  /** When the centre says it came, ms since 1970; 0 before. */
  receivedAt: number;
}

export interface Image {
  rows: Map<number, Row>;
  /** Rows without a receipt: what claims look at. */
  open: Map<number, Row>;
  seqById: Map<string, number>;
  head: { seq: number; hash: string };
  state: Map<string, string>;
  receipts: number;
}

/** Before anything is written; written to the page cache; on the platter, and nobody told yet. */
export type CommitPoint = 'before' | 'written' | 'synced';
export type CommitKind = 'append' | 'settle';

export interface Crash {
  kind: CommitKind;
  point: CommitPoint;
  /** A killed process leaves its page cache to the system; a power cut leaves only what was synced. */
  by: 'kill' | 'power';
}

/** Thrown through whatever was running when its process died. */
export class Killed extends Error {
  constructor() {
    super('the process was killed here');
    this.name = 'Killed';
  }
}

/** FNV-1a: cheap, and one flipped bit changes it; stands for the sealing of the real ledger. */
export function sealOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

export class Disk {
  #image: Image;
  /** No commit fits any more. */
  isFull = false;
  /** What the next commit of that kind dies of; done once. */
  armed: Crash | null = null;
  /** Plants the fault: commits return before they are on the platter. */
  skipsSync = false;
  #unsynced: (() => void)[] = [];
  readonly #die: (crash: Crash) => void;

  constructor(genesis: string, die: (crash: Crash) => void) {
    const head = { seq: 0, hash: genesis };
    this.#image = { rows: new Map(), open: new Map(), seqById: new Map(), head, state: new Map(), receipts: 0 };
    this.#die = die;
  }

  get image(): Image {
    return this.#image;
  }

  /** As a clone of the disk or a snapshot of a virtual machine holds it. */
  copy(): Image {
    const rows = new Map([...this.#image.rows].map(([seq, row]) => [seq, { ...row }]));
    const open = new Map([...this.#image.open.keys()].map((seq) => [seq, rows.get(seq)!]));
    const { seqById, state } = this.#image;
    return { ...this.#image, rows, open, seqById: new Map(seqById), state: new Map(state) };
  }

  /** A copy of earlier days takes this disk's place, while the device is off. @returns what was there instead */
  putBack(copy: Image): Image {
    const replaced = this.#image;
    this.#image = copy;
    this.#unsynced = [];
    return replaced;
  }

  /**
   * One transaction.
   * @param write changes the image and returns how to take it back
   * @throws Killed
   */
  commit(kind: CommitKind, write: () => () => void): void {
    this.#pass(kind, 'before');
    this.#unsynced.push(write());
    this.#pass(kind, 'written');
    if (!this.skipsSync) this.#unsynced = [];
    this.#pass(kind, 'synced');
  }

  /** Power is gone: what was not on the platter never was. */
  powerCut(): void {
    for (const undo of this.#unsynced.reverse()) undo();
    this.#unsynced = [];
  }

  /** Plants a fault: a record leaves the outbox although nothing proves that it arrived. */
  forget(id: string): void {
    const row = this.image.open.get(this.image.seqById.get(id) ?? 0);
    if (row === undefined) return;
    row.state = 'delivered';
    this.image.open.delete(row.record.seq);
  }

  /** After seconds of quiet the system has written everything out by itself. */
  flush(): void {
    this.#unsynced = [];
  }

  #pass(kind: CommitKind, point: CommitPoint): void {
    const crash = this.armed;
    if (crash?.kind !== kind || crash.point !== point) return;
    this.armed = null;
    this.#die(crash);
    throw new Killed();
  }
}
