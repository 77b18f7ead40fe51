import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { hashBytes } from './chain.ts';
import { hashText } from './head.ts';
import type { Stamp } from './sealing.ts';

/** A run of records that left after retention; `hash` is that of the last one, so that the chain goes on from it. */
export interface Anchor {
  fromSeq: number;
  toSeq: number;
  hash: string;
}

const rowSchema = z.object({
  from_seq: z.int(),
  to_seq: z.int(),
  hash: z.instanceof(Buffer).refine((bytes) => bytes.length === 32),
  mac: z.instanceof(Buffer),
});

function anchorText(anchor: Anchor): string {
  return `anchor|${anchor.fromSeq}|${anchor.toSeq}|${anchor.hash}`;
}

/** All anchors in order. One that this device did not write is left out, so what it covers counts as removed. */
export function readAnchors(db: Database, stamp: Stamp | null): Anchor[] {
  const anchors: Anchor[] = [];
  for (const raw of db.prepare('SELECT from_seq, to_seq, hash, mac FROM anchor ORDER BY from_seq').iterate()) {
    const row = rowSchema.safeParse(raw).data;
    if (row === undefined) continue;
    const anchor = { fromSeq: row.from_seq, toSeq: row.to_seq, hash: hashText(row.hash) };
    if (stamp === null || stamp.fits(anchorText(anchor), row.mac)) anchors.push(anchor);
  }
  return anchors;
}

/** Adds an anchor inside the caller's transaction and joins it with its neighbours, so that the list stays short. */
export function addAnchor(db: Database, stamp: Stamp, added: Anchor): void {
  const anchors = readAnchors(db, stamp);
  const before = anchors.find((anchor) => anchor.toSeq === added.fromSeq - 1);
  const after = anchors.find((anchor) => anchor.fromSeq === added.toSeq + 1);
  const joined: Anchor = {
    fromSeq: before?.fromSeq ?? added.fromSeq,
    toSeq: after?.toSeq ?? added.toSeq,
    hash: after?.hash ?? added.hash,
  };
  const drop = db.prepare('DELETE FROM anchor WHERE from_seq = ?');
  for (const old of [before, after]) if (old !== undefined) drop.run(old.fromSeq);
  db.prepare('INSERT OR REPLACE INTO anchor (from_seq, to_seq, hash, mac) VALUES (?, ?, ?, ?)').run(
    joined.fromSeq,
    joined.toSeq,
    hashBytes(joined.hash),
    stamp.mac(anchorText(joined)),
  );
}
