import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from './ledger/ledger.ts';
import { type Bench, bench, deliver, event, rating } from './ledger/ledger-fixture.ts';
import type { EventBody } from './ledger/record.ts';
import { verifyLedger } from './ledger/verify.ts';
import { type ManifestAnswer, Manifests } from './manifest.ts';
import { DAY_MS } from './time.ts';

let place: Bench;
let ledger: Ledger;
let manifests: Manifests;

function take(opened: Ledger): void {
  ledger = opened;
  manifests = new Manifests({
    ledger,
    keep(body, also) {
      const entries = body === null ? [] : [{ fact: { kind: 'event' as const, body }, dueAt: place.now }];
      ledger.append(entries, also);
    },
    now: () => place.now,
  });
}

beforeEach(() => {
  place = bench();
  take(place.open());
});
afterEach(() => {
  ledger.close();
  place.remove();
});

/** The centre's answer to the present plan: all is well, but for the changes. */
function answered(change: Partial<ManifestAnswer['ranges'][number]> = {}, centreSeq: number | null = null): boolean {
  const { receipt, ranges } = manifests.plan();
  const last = ranges.length - 1;
  const well = ranges.map(({ fromSeq, toSeq }) => ({ fromSeq, toSeq, missing: [], headMatches: true }));
  return manifests.answer({
    receipt,
    ranges: well.map((range, index) => (index === last ? { ...range, ...change } : range)),
    centreSeq,
  });
}

const events = (type: string): EventBody['detail'][] =>
  ledger
    .read(1, 1000)
    .flatMap((record) => (record.kind === 'event' && record.body.type === type ? [record.body.detail] : []));
const codes = () => manifests.warnings().map(({ code }) => code);

async function delivered(count: number): Promise<void> {
  ledger.append(Array.from({ length: count }, () => rating(1)));
  await deliver(ledger, 500);
}

describe('the question', () => {
  it('covers what is under a receipt, from the first record still held', async () => {
    expect(manifests.plan()).toMatchObject({ headSeq: 0, ranges: [] });
    ledger.append([rating(1), rating(2)]);
    expect(manifests.plan()).toMatchObject({ headSeq: 2, ranges: [] });
    await deliver(ledger, 1);
    await deliver(ledger, 1);
    ledger.append([rating(3)]);
    const second = ledger.read(2, 1)[0]!;
    expect(manifests.plan()).toMatchObject({
      receipt: 2,
      headSeq: 3,
      ranges: [{ fromSeq: 1, toSeq: 2, head: second.hash, count: 2 }],
    });
    place.now += 181 * DAY_MS;
    ledger.append([rating(4)]);
    await deliver(ledger, 500);
    ledger.dailyTick();
    expect(manifests.plan().ranges).toMatchObject([{ fromSeq: 3, toSeq: 4, count: 2 }]);
  });
});

describe('a device that goes on under another id', () => {
  it('asks its centre for nothing that was delivered under the old one, and for all that comes after', async () => {
    await delivered(3);
    manifests.startAfter(ledger.head().seq);
    expect(manifests.plan()).toMatchObject({ headSeq: 3, ranges: [] });
    await delivered(2);
    expect(manifests.plan().ranges).toMatchObject([{ fromSeq: 4, toSeq: 5, count: 2 }]);
    ledger.close();
    take(place.open());
    expect(manifests.plan().ranges).toMatchObject([{ fromSeq: 4, toSeq: 5 }]);
  });
});

describe('what the centre misses', () => {
  it('is sent again, unchanged, once, with an event in the same commit', async () => {
    await delivered(5);
    const before = ledger.read(2, 2);
    expect(answered({ missing: [[2, 3]], headMatches: true })).toBe(false);
    expect(await ledger.outbox.counts()).toMatchObject({ pending: 3, delivered: 3, oldestPendingAt: place.now });
    expect(events('centre_missing')).toEqual([{ records: 2, fromSeq: 2, toSeq: 3 }]);
    // Still under way: the same answer puts nothing back a second time.
    answered({ missing: [[2, 3]], headMatches: true });
    expect(events('centre_missing')).toHaveLength(1);
    const batch = await ledger.outbox.claim({ limit: 500, maxBytes: 1 << 20 });
    expect(batch!.records.map(({ json }) => JSON.parse(json))).toEqual(expect.arrayContaining(before));
    ledger.outbox.releaseAll();
    await deliver(ledger, 500);
    expect(await ledger.outbox.counts()).toMatchObject({ pending: 0, delivered: 6 });
    expect(ledger.outbox.proofOf(before[0]!.id)).not.toBe(null);
    expect(verifyLedger(place.dir, place.keys())).toMatchObject({ ok: true });
    expect(ledger.nightlyCheck()).toMatchObject({ ok: true });
  });

  it('never goes before what was not delivered at all', async () => {
    await delivered(2);
    ledger.append([rating(5, place.now + 1000)]);
    answered({ missing: [[1, 1]], headMatches: true });
    const batch = await ledger.outbox.claim({ limit: 1, maxBytes: 1 << 20 });
    expect(batch!.records[0]).toMatchObject({ seq: 4 });
  });

  it('is not what was delivered while the question was on its way', async () => {
    await delivered(2);
    const { receipt, ranges } = manifests.plan();
    await delivered(2);
    const missing: [number, number][] = [[3, 4]];
    manifests.answer({ receipt, ranges: [{ ...ranges[0]!, missing, headMatches: true }], centreSeq: null });
    expect(await ledger.outbox.counts()).toMatchObject({ pending: 0, delivered: 4 });
  });

  it('comes back in bounded pieces', async () => {
    for (let piece = 0; piece < 5; piece++) await delivered(500);
    expect(answered({ missing: [[1, 2500]], headMatches: false })).toBe(true);
    expect(await ledger.outbox.counts()).toMatchObject({ pending: 2001, delivered: 500 });
    expect(answered({ missing: [[1, 2500]], headMatches: false })).toBe(false);
    expect(await ledger.outbox.counts()).toMatchObject({ pending: 2502, delivered: 0 });
  });

  it('and is no longer here is reported once, and shown for a week', async () => {
    await delivered(4);
    ledger.append([event()]);
    place.now += 181 * DAY_MS;
    ledger.dailyTick();
    await deliver(ledger, 500);
    const gone = { fromSeq: 1, missing: [[1, 4]] as [number, number][] };
    answered(gone);
    answered(gone);
    expect(events('records_lost')).toEqual([{ records: 4, missing: '1-4' }]);
    expect(codes()).toEqual(['records_lost']);
    place.now += 7 * DAY_MS;
    expect(codes()).toEqual([]);
  });
});

describe('a database put back from an older copy', () => {
  it('shows by what the centre holds beyond it: told once, and nothing is overwritten', async () => {
    await delivered(3);
    answered({}, 9);
    answered({}, 9);
    expect(events('ledger_behind_centre')).toEqual([{ headSeq: 3, centreSeq: 9 }]);
    expect(codes()).toEqual(['ledger_behind_centre']);
    expect(manifests.warnings()[0]?.text).toContain('9');
    answered({}, 12);
    expect(events('ledger_behind_centre')).toHaveLength(2);
    ledger.close();
    take(place.open());
    expect(codes()).toEqual(['ledger_behind_centre']);
  });

  it('is no such thing where the head moved on while the question was on its way', async () => {
    await delivered(3);
    ledger.append([rating(4)]);
    answered({}, 4);
    expect(codes()).toEqual([]);
  });

  it('that has caught up shows by two records under one number, and later days ask beyond them', async () => {
    await delivered(3);
    answered({ headMatches: false });
    expect(events('ledger_forked')).toEqual([{ fromSeq: 1, toSeq: 3 }]);
    await deliver(ledger, 500);
    const [first, second] = manifests.plan().ranges;
    expect([first, second]).toMatchObject([
      { fromSeq: 1, toSeq: 3, head: ledger.read(3, 1)[0]!.hash },
      { fromSeq: 4, toSeq: 4, head: ledger.read(4, 1)[0]!.hash },
    ]);
    const { receipt, ranges } = manifests.plan();
    const stillForked = ranges.map((range, index) => ({ ...range, missing: [], headMatches: index === 1 }));
    manifests.answer({ receipt, ranges: stillForked, centreSeq: null });
    expect(events('ledger_forked')).toHaveLength(1);
  });

  it('is told also where a record of the same range is lost for good', async () => {
    await delivered(3);
    answered({ headMatches: false, missing: [[2, 2]] });
    expect(events('ledger_forked')).toEqual([{ fromSeq: 1, toSeq: 3 }]);
  });

  it('is none where the centre has not got so far', async () => {
    await delivered(3);
    answered({ headMatches: false, missing: [[2, 3]] });
    expect(codes()).not.toContain('ledger_forked');
  });
});
