import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from './ledger.ts';
import { type Bench, bench, deliver, event, rating } from './ledger-fixture.ts';
import { NEWEST_MIGRATION } from './migrations.ts';
import { ledgerPaths } from './paths.ts';
import type { LedgerRecord } from './record.ts';
import { verifyLedger } from './verify.ts';

/** A ledger after a clean stop, and the same one as a kill would leave it, most of it still in the log. */
let stopped: Bench;
let killed: Bench;
let records: LedgerRecord[];
const COUNT = 120;

beforeAll(async () => {
  stopped = bench();
  const ledger = stopped.open();
  for (let index = 0; index < COUNT / 4; index += 1) ledger.append([event(), rating(1), rating(2), rating(3)]);
  await deliver(ledger, 30);
  ledger.append([], { state: { visit: 'open visit' } });
  records = ledger.read(1, COUNT);
  killed = stopped.copy();
  ledger.close();
});
afterAll(() => {
  stopped.remove();
  killed.remove();
});

function flip(path: string, offsets: readonly number[], mask = 0xff): void {
  const bytes = readFileSync(path);
  for (const offset of offsets) if (offset < bytes.length) bytes[offset] = bytes[offset]! ^ mask;
  writeFileSync(path, bytes);
}

/** Opens, runs the check of the night, and opens again where that found what no start has time to look for. */
function openChecked(damaged: Bench): Ledger {
  const ledger = damaged.open();
  if (ledger.nightlyCheck().ok) return ledger;
  ledger.close();
  const again = damaged.open();
  expect(again.report.salvage?.cause).toBe('check_failed');
  return again;
}

/** Opens a damaged copy and checks all that must hold whatever the damage was. @returns how many records came over */
async function mustOpen(damaged: Bench): Promise<number> {
  const ledger = openChecked(damaged);
  const { salvage } = ledger.report;
  const kept = ledger.read(1, 10_000);
  for (const record of kept) {
    if (record.seq <= COUNT && record.kind !== 'event') expect(record).toEqual(records[record.seq - 1]);
  }
  const [added] = ledger.append([rating(4)]);
  expect(added!.seq).toBeGreaterThan(kept.at(-1)?.seq ?? 0);
  const counts = await ledger.outbox.counts();
  expect(counts.pending + counts.deferred + counts.refused + counts.delivered).toBe(kept.length + 1);
  ledger.close();
  expect(verifyLedger(damaged.dir, damaged.keys())).toMatchObject({ ok: true, fault: null });
  if (salvage?.quarantine != null) expect(readdirSync(join(damaged.dir, 'quarantine'))).toContain(salvage.quarantine);
  const again = damaged.open();
  expect(again.report.salvage).toBeNull();
  again.close();
  return kept.filter((record) => record.seq <= COUNT && record.hash === records[record.seq - 1]?.hash).length;
}

async function onCopy(of: Bench, harm: (copy: Bench) => void): Promise<number> {
  const copy = of.copy();
  try {
    harm(copy);
    return await mustOpen(copy);
  } finally {
    copy.remove();
  }
}

describe('a damaged ledger at start', () => {
  it('is opened as it is when nothing is wrong', async () => {
    expect(await onCopy(stopped, () => undefined)).toBe(COUNT);
    expect(await onCopy(killed, () => undefined)).toBe(COUNT);
  });

  it('gives back every record when only the header or the first page is destroyed', async () => {
    const header = Array.from({ length: 100 }, (_, index) => index);
    const page = Array.from({ length: 4096 }, (_, index) => index);
    expect(await onCopy(stopped, ({ dir }) => flip(ledgerPaths(dir).db, header))).toBe(COUNT);
    expect(await onCopy(stopped, ({ dir }) => flip(ledgerPaths(dir).db, page))).toBe(COUNT);
    expect(await onCopy(killed, ({ dir }) => flip(ledgerPaths(dir).db, page))).toBe(COUNT);
  });

  it('gives back every record when the database is empty but its log is there', async () => {
    expect(await onCopy(killed, ({ dir }) => writeFileSync(ledgerPaths(dir).db, ''))).toBe(COUNT);
  });

  it('gives back what a flipped bit in the log would make SQLite drop', async () => {
    const size = statSync(ledgerPaths(killed.dir).wal).size;
    const kept: number[] = [];
    for (let step = 0; step < 6; step += 1) {
      kept.push(
        await onCopy(killed, ({ dir }) => flip(ledgerPaths(dir).wal, [40 + Math.floor((size * step) / 6)], 0x10)),
      );
    }
    expect(Math.min(...kept)).toBeGreaterThanOrEqual(COUNT - 1);
  });

  it('keeps the delivered state, the proofs and the open visit', async () => {
    const copy = stopped.copy();
    flip(ledgerPaths(copy.dir).db, [0, 1, 2, 3]);
    const ledger = copy.open();
    expect(ledger.report.salvage).toMatchObject({ cause: 'not_a_database', carried: COUNT, gaps: [] });
    expect(await ledger.outbox.counts()).toMatchObject({ delivered: 30, pending: COUNT - 30 + 1 });
    expect(ledger.outbox.proofOf(records[4]!.id)).toMatchObject({ leafIndex: 4 });
    expect(ledger.state('visit')).toBe('open visit');
    ledger.close();
    copy.remove();
  });

  it('turns what is lost into an event that explains the gap', () => {
    const copy = stopped.copy();
    copy.tamper((db) => db.exec("UPDATE record SET sealed = x'00' WHERE seq BETWEEN 101 AND 103"));
    const ledger = copy.open();
    expect(ledger.report.salvage).toMatchObject({ cause: 'chain_broken', gaps: [{ fromSeq: 101, toSeq: 103 }] });
    const [gap] = ledger.read(COUNT + 1, 1);
    expect(gap).toMatchObject({ kind: 'event', body: { type: 'ledger_gap', detail: { fromSeq: 101, toSeq: 103 } } });
    ledger.close();
    expect(verifyLedger(copy.dir, copy.keys())).toMatchObject({ ok: true, explained: [{ fromSeq: 101, toSeq: 103 }] });
    copy.remove();
  });

  it.each(['garbage', 'empty', 'gone', 'one byte'] as const)(
    'goes on with its numbers after a file that is %s',
    (kind) => {
      const copy = stopped.copy();
      const { db } = ledgerPaths(copy.dir);
      if (kind === 'garbage') writeFileSync(db, Buffer.alloc(50_000, 'garbage '));
      else truncateSync(db, kind === 'one byte' ? 1 : 0);
      if (kind === 'gone') copy.tamper(() => undefined);
      const ledger = copy.open();
      expect(ledger.report.salvage).toMatchObject({ carried: 0, gaps: [{ fromSeq: 1, toSeq: COUNT }] });
      expect(ledger.append([rating(5)])[0]!.seq).toBeGreaterThan(COUNT);
      ledger.close();
      expect(verifyLedger(copy.dir, copy.keys()).ok).toBe(true);
      copy.remove();
    },
  );

  it('opens after any truncation of database or log', async () => {
    for (const [of, name] of [
      [stopped, 'db'],
      [killed, 'wal'],
      [killed, 'db'],
    ] as const) {
      const size = statSync(ledgerPaths(of.dir)[name]).size;
      for (let step = 0; step <= 8; step += 1) {
        const length = Math.floor((size * step) / 9) + (step % 3);
        await onCopy(of, ({ dir }) => truncateSync(ledgerPaths(dir)[name], Math.min(length, size)));
      }
    }
  });

  it('opens after any flipped bytes, and loses at most the records they touch', async () => {
    const size = statSync(ledgerPaths(stopped.dir).db).size;
    const damage = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: size - 1 }), mask: fc.integer({ min: 1, max: 255 }) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    await fc.assert(
      fc.asyncProperty(damage, async (flips) => {
        const inHeader = flips.some(({ at }) => at >= 60 && at < 64);
        fc.pre(!inHeader);
        const kept = await onCopy(stopped, ({ dir }) => {
          for (const { at, mask } of flips) flip(ledgerPaths(dir).db, [at], mask);
        });
        expect(kept).toBeGreaterThanOrEqual(COUNT - flips.length * 5);
      }),
      { numRuns: 40 },
    );
  });

  it('is set aside when its key is lost, and ratings go on', () => {
    const copy = stopped.copy();
    writeFileSync(join(copy.dir, 'keys', 'ledger.key'), Buffer.alloc(32, 7));
    const ledger = copy.open();
    expect(ledger.report.salvage).toMatchObject({
      cause: 'key_lost',
      carried: 0,
      gaps: [{ fromSeq: 1, toSeq: COUNT }],
    });
    expect(ledger.append([rating(5)])[0]!.seq).toBe(COUNT + 3);
    ledger.close();
    copy.remove();
  });

  it('is salvaged at the next start when the check at night finds damage', () => {
    const copy = stopped.copy();
    copy.tamper((db) => db.exec("UPDATE record SET sealed = x'00' WHERE seq = 9"));
    const ledger = copy.open();
    expect(ledger.report.salvage).toBeNull();
    expect(ledger.nightlyCheck({ maxRecords: 5 })).toEqual({
      done: false,
      ok: true,
      problem: null,
      fault: null,
      checkedTo: 5,
    });
    let report = ledger.nightlyCheck({ maxRecords: 5 });
    while (!report.done) report = ledger.nightlyCheck({ maxRecords: 50 });
    const problem = expect.stringContaining('record 9 is edited');
    expect(report).toMatchObject({ ok: false, problem, fault: { seq: 9, kind: 'edited' } });
    ledger.close();
    const again = copy.open();
    expect(again.report.salvage).toMatchObject({ cause: 'check_failed', gaps: [{ fromSeq: 9, toSeq: 9 }] });
    expect(again.nightlyCheck()).toMatchObject({ done: true, ok: true });
    again.close();
    copy.remove();
  });

  it('sends again what had lost its place in the outbox', async () => {
    const copy = stopped.copy();
    copy.tamper((db) => db.exec('DELETE FROM outbox WHERE seq = 50'));
    const ledger = copy.open();
    expect(ledger.nightlyCheck()).toMatchObject({
      ok: false,
      problem: 'record 50 is neither delivered nor waiting',
      fault: { seq: 50, kind: 'forgotten' },
    });
    ledger.close();
    const again = copy.open();
    const batch = await again.outbox.claim({ limit: 500, maxBytes: 1 << 20 });
    expect(batch?.records.map((record) => record.seq)).toContain(50);
    again.close();
    copy.remove();
  });

  it('is completed by the next start when a salvage was cut short', () => {
    const copy = killed.copy();
    const paths = ledgerPaths(copy.dir);
    // As after the last step before the exchange: the new file is ready, the damaged pair still in place.
    writeFileSync(paths.ready, readFileSync(ledgerPaths(stopped.dir).db));
    writeFileSync(paths.building, 'half a file');
    writeFileSync(paths.db, 'damaged');
    const ledger = copy.open();
    expect(ledger.report.salvage).toBeNull();
    expect(ledger.read(1, COUNT)).toEqual(records);
    expect([existsSync(paths.ready), existsSync(paths.building)]).toEqual([false, false]);
    ledger.close();
    copy.remove();
  });

  it('refuses a file of newer software and leaves it byte for byte', () => {
    for (const number of [NEWEST_MIGRATION + 10, 990, 9999]) {
      const copy = stopped.copy();
      const { db } = ledgerPaths(copy.dir);
      copy.tamper((file) => file.pragma(`user_version = ${number}`));
      const before = readFileSync(db);
      expect(() => copy.open()).toThrow(expect.objectContaining({ code: 'ledger_newer' }));
      expect(readFileSync(db).equals(before)).toBe(true);
      expect(existsSync(ledgerPaths(copy.dir).quarantine)).toBe(false);
      copy.remove();
    }
  });

  it('takes one damaged byte of the version for damage', async () => {
    for (const offset of [60, 61, 62, 63]) {
      const kept = await onCopy(stopped, ({ dir }) => flip(ledgerPaths(dir).db, [offset]));
      expect(kept).toBe(COUNT);
    }
  });

  it('starts anew without an event where the first start was cut short', () => {
    const place = bench();
    const handle = openSync(ledgerPaths(place.dir).db, 'w');
    closeSync(handle);
    const ledger = place.open();
    expect(ledger.report).toMatchObject({ fresh: true, salvage: null });
    ledger.close();
    place.remove();
  });
});

describe('flipping through the whole log', () => {
  it('opens whichever byte of the log is wrong', async () => {
    const size = statSync(ledgerPaths(killed.dir).wal).size;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const kept = await onCopy(killed, ({ dir }) => {
          const handle = openSync(ledgerPaths(dir).wal, 'r+');
          writeSync(handle, Buffer.of(readFileSync(ledgerPaths(killed.dir).wal)[at]! ^ mask), 0, 1, at);
          closeSync(handle);
        });
        expect(kept).toBeGreaterThanOrEqual(COUNT - 5);
      }),
      { numRuns: 20 },
    );
  });
});
