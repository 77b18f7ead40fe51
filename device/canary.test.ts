import { afterEach, beforeEach, expect, it } from 'vitest';
import { Canary } from './canary.ts';
import type { Ledger } from './ledger/ledger.ts';
import { type Bench, bench, deliver, START_MS } from './ledger/ledger-fixture.ts';
import { newId } from './new-id.ts';
import { DAY_MS } from './time.ts';

let place: Bench;
let ledger: Ledger;
let canary: Canary;
let isUnset: boolean;

beforeEach(() => {
  isUnset = false;
  place = bench();
  ledger = place.open();
  canary = new Canary({
    ledger,
    keep(events, also, ids) {
      const entry = (body: (typeof events)[number], index: number) => ({
        fact: { kind: 'event' as const, body },
        dueAt: place.now,
        id: ids[index]!,
      });
      ledger.append(events.map(entry), also);
    },
    newId,
    now: () => (isUnset ? null : place.now),
  });
});
afterEach(() => {
  ledger.close();
  place.remove();
});

async function refuseOne(): Promise<void> {
  const batch = (await ledger.outbox.claim({ limit: 1, maxBytes: 1 << 20 }))!;
  const refused = [{ id: batch.records[0]!.id, code: 'level_refused', message: '' }];
  await ledger.outbox.settle({ leaseId: batch.leaseId, receipt: null, delivered: [], deferred: [], refused });
}

it('is one event of each grade a day, and never a rating', () => {
  canary.allow(true);
  canary.sendDaily();
  canary.sendDaily();
  const records = ledger.read(1, 100);
  expect(records.map(({ kind }) => kind)).toEqual(Array(5).fill('event'));
  expect(records.map(({ body }) => body)).toEqual(
    [5, 4, 3, 2, 1].map((level) => ({ type: 'canary', detail: { level, day: '2026-11-22' } })),
  );
  place.now += DAY_MS;
  canary.sendDaily();
  expect(ledger.head().seq).toBe(10);
});

it('is not sent while nobody knows what day it is: a clock that begins in 1970 has the same day at every start', () => {
  canary.allow(true);
  isUnset = true;
  canary.sendDaily();
  expect([ledger.head().seq, canary.view().day, canary.warnings()]).toEqual([0, null, []]);
  isUnset = false;
  canary.sendDaily();
  expect([ledger.head().seq, canary.view().day]).toEqual([5, '2026-11-22']);
});

it('is not sent twice for a day to which a clock that is set right comes back', () => {
  canary.allow(true);
  for (const day of [0, 1, 4, 0, 1, 2, 4]) {
    place.now = START_MS + day * DAY_MS;
    canary.sendDaily();
  }
  const days = ledger.read(1, 100).map(({ kind, body }) => (kind === 'event' ? body.detail.day : null));
  expect([...new Set(days)]).toEqual(['2026-11-22', '2026-11-23', '2026-11-26', '2026-11-24']);
  expect(days).toHaveLength(20);
});

it('is not sent where the centre cannot prove it, or before that is known, and says so', () => {
  canary.sendDaily();
  expect(canary.view()).toMatchObject({ isSupported: null, day: null });
  canary.allow(false);
  canary.sendDaily();
  expect(canary.view()).toMatchObject({ isSupported: false, day: null });
  expect(ledger.head().seq).toBe(0);
});

it('has reached the centre when the receipts are here', async () => {
  canary.allow(true);
  canary.sendDaily();
  expect(canary.view()).toMatchObject({ reached: [], waiting: [5, 4, 3, 2, 1] });
  await deliver(ledger, 500);
  expect(canary.view()).toMatchObject({ reached: [5, 4, 3, 2, 1], waiting: [], refused: [] });
  expect(canary.warnings()).toEqual([]);
});

it('that is refused is told at once; one that others leave behind, the next day', async () => {
  canary.allow(true);
  canary.sendDaily();
  await refuseOne();
  expect(canary.warnings()).toMatchObject([{ code: 'canary_lost', text: expect.stringContaining('grade 5') }]);
  place.now += DAY_MS;
  canary.sendDaily();
  // The four of yesterday first, then three of today.
  await deliver(ledger, 7);
  expect(canary.warnings()).toEqual([]);
  place.now += DAY_MS;
  expect(canary.warnings()).toMatchObject([{ text: expect.stringContaining('grade 1, 2 did not') }]);
});

it('with the whole line down is no news: the line has its own alarm', () => {
  canary.allow(true);
  canary.sendDaily();
  place.now += 3 * DAY_MS;
  expect(canary.warnings()).toEqual([]);
});
