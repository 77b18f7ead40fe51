import { hash } from 'node:crypto';

/** The Merkle tree of a receipt (reference-protocol §4; RFC 9162 §2.1). Leaves are 32 raw bytes. Pure. */

const LEAF = Buffer.from([0x00]);
const NODE = Buffer.from([0x01]);
const HASH_BYTES = 32;

/** One call for the whole input: a hash object for each of a batch's thousand nodes costs more than the hashing. */
function digest(...parts: Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

/** The largest power of two smaller than `count` (≥ 2): where RFC 9162 §2.1.1 splits a list. */
function splitAt(count: number): number {
  let size = 1;
  while (size * 2 < count) size *= 2;
  return size;
}

/** Hashes `input` into place. As text of bytes the engine hands a hash over at half the price of a Buffer. */
function digestInto(target: Buffer, index: number, input: Buffer): void {
  target.write(hash('sha256', input, 'binary'), index * HASH_BYTES, 'binary');
}

/** One level of the tree up: pairs from the left; one that is left over is its own parent. @returns how many there are */
function foldPairs(level: Buffer, count: number, input: Buffer): number {
  for (let pair = 0; pair < count >> 1; pair++) {
    level.copy(input, NODE.length, pair * 2 * HASH_BYTES, (pair * 2 + 2) * HASH_BYTES);
    digestInto(level, pair, input);
  }
  if (count % 2 === 1) level.copy(level, (count >> 1) * HASH_BYTES, (count - 1) * HASH_BYTES, count * HASH_BYTES);
  return (count + 1) >> 1;
}

/**
 * Level by level in one buffer, which gives the tree of RFC 9162 §2.1.1: splitting at the largest power of two puts every
 * full subtree to the left, and what pairing leaves over stands where the shorter right side does.
 */
function treeHash(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return digest();
  const level = Buffer.alloc(leaves.length * HASH_BYTES);
  let leafInput = LEAF;
  for (const [index, leaf] of leaves.entries()) {
    // Of one length in practice, so one buffer serves them all.
    if (leafInput.length === LEAF.length + leaf.length) leafInput.set(leaf, LEAF.length);
    else leafInput = Buffer.concat([LEAF, leaf]);
    digestInto(level, index, leafInput);
  }
  const nodeInput = Buffer.concat([NODE, Buffer.alloc(2 * HASH_BYTES)]);
  let count = leaves.length;
  while (count > 1) count = foldPairs(level, count, nodeInput);
  return level.subarray(0, HASH_BYTES);
}

function pathTo(leaves: readonly Uint8Array[], index: number): Buffer[] {
  if (leaves.length <= 1) return [];
  const split = splitAt(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split ? [...pathTo(left, index), treeHash(right)] : [...pathTo(right, index - split), treeHash(left)];
}

function rootOf(node: Buffer, index: number, count: number, path: readonly Uint8Array[]): Buffer | null {
  const sibling = path.at(-1);
  if (count === 1 || sibling === undefined) return count === 1 && sibling === undefined ? node : null;
  const split = splitAt(count);
  const left = index < split;
  const below = rootOf(node, left ? index : index - split, left ? split : count - split, path.slice(0, -1));
  if (below === null) return null;
  return left ? digest(NODE, below, sibling) : digest(NODE, sibling, below);
}

/**
 * Root of the tree over the leaves in order.
 * @param leaves the 32 raw bytes of each record's hash; an empty list has the hash of nothing (never in a receipt)
 * @returns `sha256:` and 64 lower-case hex digits
 */
export function merkleRoot(leaves: readonly Uint8Array[]): string {
  return `sha256:${treeHash(leaves).toString('hex')}`;
}

/**
 * The proof that one leaf is in the tree: the sibling hashes from the leaf up (RFC 9162 §2.1.3.1).
 * @param index position of the leaf, 0 … leaves.length − 1; a RangeError outside of it
 */
export function auditPath(leaves: readonly Uint8Array[], index: number): Buffer[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new RangeError(`leaf ${index} is not among ${leaves.length}`);
  }
  return pathTo(leaves, index);
}

/**
 * Whether `leaf` stands at `index` of a tree of `count` leaves with this root (RFC 9162 §2.1.3.2).
 * A path of the wrong length proves nothing.
 */
export function verifyAuditPath(proof: {
  leaf: Uint8Array;
  index: number;
  count: number;
  path: readonly Uint8Array[];
  root: string;
}): boolean {
  const { index, count } = proof;
  if (!Number.isInteger(index) || !Number.isInteger(count) || index < 0 || index >= count) return false;
  const root = rootOf(digest(LEAF, proof.leaf), index, count, proof.path);
  return root !== null && `sha256:${root.toString('hex')}` === proof.root;
}
