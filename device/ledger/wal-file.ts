/** Reading a write-ahead log without SQLite (sqlite.org/fileformat2, §4), to see and rescue what SQLite drops. Pure. */

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC_LITTLE = 0x377f0682;
const MAGIC_BIG = 0x377f0683;
/** The ledger never sets another page size than the library's default. */
export const PAGE_BYTES = 4096;

export interface WalFrame {
  /** 1-based number of the page. */
  page: number;
  /** Pages of the database after this commit, 0 where the frame ends no transaction. */
  commitPages: number;
  /** Where the page's bytes begin in the log. */
  offset: number;
}

export interface WalContent {
  /** Frames of the log's present run, in order, damaged or not. */
  frames: WalFrame[];
  /** How many of them SQLite accepts: up to the last commit before the first bad checksum. */
  accepted: number;
  /** Commits that SQLite drops. After a mere power cut at most the last, never acknowledged one. */
  droppedCommits: number;
}

type Sum = readonly [number, number];

function checksum(bytes: Buffer, big: boolean, start: Sum): Sum {
  let [a, b] = start;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + (big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (big ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}

function storedSum(bytes: Buffer, at: number): Sum {
  return [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
}

function same(left: Sum, right: Sum): boolean {
  return left[0] === right[0] && left[1] === right[1];
}

/** The salts tell this run's frames from an older run's; with the header destroyed, the first frame's are the ones. */
function saltsOf(wal: Buffer, soundHeader: boolean): Buffer {
  const at = soundHeader ? 16 : HEADER_BYTES + 8;
  return wal.subarray(at, at + 8);
}

/** Splits a log of 4 KiB pages into frames. Bytes of any content and length are fine; nothing throws. */
export function readWal(wal: Buffer): WalContent {
  if (wal.length < HEADER_BYTES + FRAME_HEADER_BYTES) return { frames: [], accepted: 0, droppedCommits: 0 };
  const magic = wal.readUInt32BE(0);
  const big = magic === MAGIC_BIG;
  const headerSum = checksum(wal.subarray(0, 24), big, [0, 0]);
  const soundHeader =
    (magic === MAGIC_LITTLE || big) && wal.readUInt32BE(8) === PAGE_BYTES && same(headerSum, storedSum(wal, 24));
  const salts = saltsOf(wal, soundHeader);
  return walk(wal, { big, salts, sum: soundHeader ? headerSum : null });
}

function walk(wal: Buffer, head: { big: boolean; salts: Buffer; sum: Sum | null }): WalContent {
  const frames: WalFrame[] = [];
  let { sum } = head;
  let accepted = 0;
  let droppedCommits = 0;
  for (
    let at = HEADER_BYTES;
    at + FRAME_HEADER_BYTES + PAGE_BYTES <= wal.length;
    at += FRAME_HEADER_BYTES + PAGE_BYTES
  ) {
    const frame = frameAt(wal, at, head.salts);
    sum = frame === null || sum === null ? null : nextSum(wal, at, head.big, sum);
    if (frame === null) continue;
    frames.push(frame);
    if (frame.commitPages === 0) continue;
    if (sum === null) droppedCommits += 1;
    else accepted = frames.length;
  }
  return { frames, accepted, droppedCommits };
}

function frameAt(wal: Buffer, at: number, salts: Buffer): WalFrame | null {
  const page = wal.readUInt32BE(at);
  if (page === 0 || !wal.subarray(at + 8, at + 16).equals(salts)) return null;
  return { page, commitPages: wal.readUInt32BE(at + 4), offset: at + FRAME_HEADER_BYTES };
}

/** The running checksum after this frame, null where it does not fit: SQLite stops reading there. */
function nextSum(wal: Buffer, at: number, big: boolean, before: Sum): Sum | null {
  const data = wal.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + PAGE_BYTES);
  const sum = checksum(data, big, checksum(wal.subarray(at, at + 8), big, before));
  return same(sum, storedSum(wal, at + 16)) ? sum : null;
}
