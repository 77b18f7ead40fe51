import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { systemClock } from '../../device/clock.ts';
import { ClockBlocks } from '../../device/clock-block.ts';
import { fileKeyStore } from '../../device/ledger/key-store.ts';
import type { Ledger } from '../../device/ledger/ledger.ts';
import { openLedger } from '../../device/ledger/open-ledger.ts';
import { newId } from '../../device/new-id.ts';
import { type Row, row, steadyQuantile } from './row.ts';
import { type Commit, ratingCommit } from './sample-window.ts';

/**
 * The durable commit of a tap against the least that durability can cost on this disk: the record's bytes appended to
 * a file, and `fsync`; and against the least that SQLite takes for them, so that it can be seen how much of the distance
 * is the library's and how much ours. Short turns of each follow each other, so that all meet the same disk. After a turn
 * (more taps than a window sees in a day) comes the rest that the device takes between visits, unmeasured: it empties the
 * log there, so that no tap has to.
 */

const MEDIAN_GOAL = { max: 1.5 };
const P99_GOAL = { max: 3 };

interface Variant {
  name: string;
  samplesMs: number[][];
  /** Once, durable on return. */
  write(number: number): void;
  /** What the device does between two visits. */
  rest?(): void;
}

/** The same commit again under a new id: what it holds is a real window's, the number alone would not matter. */
function again({ entries, also }: Commit, isWithState: boolean): Commit {
  const renewed = entries.map((entry) => (entry.id === undefined ? entry : { ...entry, id: newId() }));
  return { entries: renewed, also: isWithState ? also : {} };
}

function ledgerVariant(name: string, ledger: Ledger, isWithState: boolean): Variant {
  const commits = Array.from({ length: 10 }, (_, index) => ratingCommit(index));
  return {
    name,
    samplesMs: [],
    write(number) {
      const { entries, also } = again(commits[number % commits.length] ?? ratingCommit(number), isWithState);
      ledger.append(entries, also);
    },
    rest: () => void ledger.emptyLog(),
  };
}

/** As long as the record that the ledger makes of the same rating. */
function fileVariant(handle: number, json: string): Variant {
  const line = Buffer.from(`${json}\n`);
  return {
    name: 'write + fsync of the record’s JSON',
    samplesMs: [],
    write() {
      writeSync(handle, line);
      fsyncSync(handle);
    },
  };
}

/** One row of one table, durable as the ledger is: nothing linked, sealed, checked or queued. */
function sqliteVariant(db: Sqlite.Database, json: string): Variant {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE record (seq INTEGER PRIMARY KEY, json TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO record (json) VALUES (?)');
  return { name: 'a bare insert of it by better-sqlite3', samplesMs: [], write: () => void insert.run(json) };
}

function turn(variant: Variant, count: number): void {
  const samples: number[] = [];
  for (let number = 0; number < count; number++) {
    const startMs = performance.now();
    variant.write(number);
    samples.push(performance.now() - startMs);
  }
  variant.rest?.();
  variant.samplesMs.push(samples);
}

/** @param rounds of `perRound` commits of each variant */
function run(variants: readonly Variant[], rounds: number, perRound: number): void {
  for (const variant of variants) turn(variant, 50);
  for (const variant of variants) variant.samplesMs.length = 0;
  for (let round = 0; round < rounds; round++) {
    // Whoever comes second may find the disk busy with the first, so the order turns.
    const order = round % 2 === 0 ? variants : variants.toReversed();
    for (const variant of order) turn(variant, perRound);
  }
}

function rowsOf(ours: Variant, floor: Variant, hasGoal: boolean): Row[] {
  const at = (share: number) =>
    [
      steadyQuantile(ours.samplesMs, share),
      [floor.name, steadyQuantile(floor.samplesMs, share)] as [string, number],
    ] as const;
  const [p50, floor50] = at(0.5);
  const [p99, floor99] = at(0.99);
  return [
    row(`${ours.name}, median`, 'ms', p50, floor50, hasGoal ? MEDIAN_GOAL : undefined),
    row(`${ours.name}, p99`, 'ms', p99, floor99, hasGoal ? P99_GOAL : undefined),
  ];
}

/** @param dir an empty folder on the disk to be measured */
export function benchAppend(dir: string, quick: boolean): Row[] {
  const keys = fileKeyStore(join(dir, 'keys'));
  const ledger = openLedger({ dir, keys, clock: new ClockBlocks(systemClock), newId });
  const handle = openSync(join(dir, 'floor.jsonl'), 'a');
  const db = new Sqlite(join(dir, 'floor.db'));
  try {
    const [record] = ledger.append(ratingCommit(0).entries);
    const floor = fileVariant(handle, JSON.stringify(record));
    const library = sqliteVariant(db, JSON.stringify(record));
    const tap = ledgerVariant('append of a tap (record, chain, outbox, head, window state)', ledger, true);
    const bare = ledgerVariant('append of the rating alone (record, chain, outbox, head)', ledger, false);
    run([tap, floor, bare, library], quick ? 6 : 16, quick ? 100 : 200);
    return [...rowsOf(tap, floor, true), ...rowsOf(bare, floor, true), ...rowsOf(tap, library, false)];
  } finally {
    closeSync(handle);
    db.close();
    ledger.close();
  }
}
