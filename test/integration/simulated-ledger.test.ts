import { cpSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { GENESIS_HASH, hashRecord } from '../../device/ledger/chain.ts';
import type { Completeness } from '../../device/ledger/completeness.ts';
import type { Also } from '../../device/ledger/ledger.ts';
import { bench, event, rating, receipt, START_MS } from '../../device/ledger/ledger-fixture.ts';
import type { ClaimedBatch, Outbox } from '../../device/ledger/outbox.ts';
import type { LedgerRecord } from '../../device/ledger/record.ts';
import type { Entry } from '../../device/ledger/writer.ts';
import { DAY_MS } from '../../device/time.ts';
import { Disk } from '../simulation/disk.ts';
import { SimulatedLedger } from '../simulation/ledger.ts';

/** The same cases on the real ledger and on the simulation's model of it: what the model proves is proved of the real one. */

interface Subject {
  outbox: Outbox;
  append(entries: readonly Entry[], also?: Also): LedgerRecord[];
  state(key: string): string | null;
  stateKeys(from: string, to: string, limit: number): string[];
  refused(): { seq: number; code: string }[];
  resubmit(id: string): boolean;
  completeness: Pick<Completeness, 'holding' | 'count' | 'sort'>;
  /** @returns how many records left */
  dailyTick(): number;
  onAppend(listener: () => void): void;
  /** The process dies and another one opens the same data. */
  restart(): void;
  /** A copy of the disk, taken while nobody uses it. @returns puts it back in the disk's place, and opens it */
  copy(): () => void;
  now: number;
  end(): void;
}

function real(): Subject {
  const place = bench();
  let ledger = place.open();
  return {
    get outbox() {
      return ledger.outbox;
    },
    append: (entries, also) => ledger.append(entries, also),
    state: (key) => ledger.state(key),
    stateKeys: (from, to, limit) => ledger.stateKeys(from, to, limit),
    get completeness() {
      return ledger.completeness;
    },
    refused: () => ledger.outbox.refused().map(({ seq, code }) => ({ seq, code })),
    resubmit: (id) => ledger.outbox.resubmit(id),
    dailyTick: () => ledger.dailyTick().records,
    onAppend: (listener) => ledger.onAppend(listener),
    copy() {
      ledger.close();
      const kept = place.copy();
      ledger = place.open();
      return () => {
        ledger.close();
        place.remove();
        cpSync(kept.dir, place.dir, { recursive: true });
        kept.remove();
        ledger = place.open();
      };
    },
    restart() {
      ledger.close();
      ledger = place.open();
    },
    get now() {
      return place.now;
    },
    set now(ms) {
      place.now = ms;
    },
    end() {
      ledger.close();
      place.remove();
    },
  };
}

function simulated(): Subject {
  const disk = new Disk(GENESIS_HASH, () => undefined);
  let count = 0;
  const newId = () => `01900000-0000-7000-8000-${String(++count).padStart(12, '0')}`;
  const block = {
    quality: 'synced',
    offsetMs: 0,
    bootId: '0190d5a4-7b1c-4e3a-8f00-000000000001',
    monotonicMs: 5,
  } as const;
  const open = () => new SimulatedLedger(disk, { wallMs: () => subject.now, block: () => block, newId });
  let ledger: SimulatedLedger;
  const subject: Subject = {
    now: START_MS,
    get outbox() {
      return ledger;
    },
    append: (entries, also = {}) => ledger.append(entries, also),
    state: (key) => ledger.state(key),
    stateKeys: (from, to, limit) => ledger.stateKeys(from, to, limit),
    get completeness() {
      return ledger.completeness;
    },
    refused: () => ledger.refused().map(({ seq, code }) => ({ seq, code })),
    resubmit: (id) => ledger.resubmit(id),
    dailyTick: () => ledger.dailyTick(),
    onAppend: (listener) => ledger.onAppend(listener),
    copy() {
      const kept = disk.copy();
      return () => {
        ledger.close();
        disk.putBack(kept);
        ledger = open();
      };
    },
    restart() {
      ledger.close();
      ledger = open();
    },
    end: () => undefined,
  };
  ledger = open();
  return subject;
}

const MUCH = { limit: 500, maxBytes: 1 << 20 };
const none = { receipt: null, delivered: [], deferred: [], refused: [] };
const seqs = (batch: ClaimedBatch | null): number[] => batch?.records.map(({ seq }) => seq) ?? [];
const idsOf = (batch: ClaimedBatch): string[] => batch.records.map(({ id }) => id);

describe.each([
  ['the real ledger', real],
  ['the simulated ledger', simulated],
])('%s', (_name, make) => {
  let subject: Subject;
  const begin = (): Subject => {
    subject = make();
    return subject;
  };
  afterEach(() => subject.end());

  async function claim(request = MUCH): Promise<ClaimedBatch> {
    const batch = await subject.outbox.claim(request);
    if (batch === null) throw new Error('nothing to claim');
    return batch;
  }

  async function deliver(limit: number): Promise<void> {
    const batch = await claim({ ...MUCH, limit });
    const delivered = idsOf(batch);
    await subject.outbox.settle({ ...none, leaseId: batch.leaseId, receipt: receipt(delivered.length), delivered });
  }

  it('links every record to the one before, over a restart too', () => {
    const records = begin().append([rating(1), rating(5)]);
    subject.restart();
    records.push(...subject.append([event()]));
    expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(records.map(({ prev }) => prev)).toEqual([GENESIS_HASH, records[0]?.hash, records[1]?.hash]);
    for (const record of records) expect(hashRecord(record)).toBe(record.hash);
  });

  it('keeps state with the records, and removes it by null', () => {
    begin().append([event()], { state: { a: '1', b: '2', c: '3' } });
    subject.append([], { state: { b: null } });
    subject.restart();
    expect([subject.state('a'), subject.state('b')]).toEqual(['1', null]);
    expect(subject.stateKeys('a', 'c', 9)).toEqual(['a']);
    expect(subject.stateKeys('a', 'd', 1)).toEqual(['a']);
  });

  it('tells of each commit with records, when the call that made them is over', async () => {
    begin();
    let told = 0;
    subject.onAppend(() => told++);
    subject.append([event(), event()], { state: { a: '1' } });
    expect(told).toBe(0);
    await Promise.resolve();
    expect(told).toBe(1);
    subject.append([], { state: { a: '2' } });
    await Promise.resolve();
    expect(told).toBe(1);
  });

  it('goes on from an older copy of the disk as if nothing had been after it', async () => {
    begin().append([event('a_b', 100), event('a_c', 200)], { state: { a: '1' } });
    await deliver(1);
    const putBack = subject.copy();
    await deliver(1);
    const [third] = subject.append([event('a_d', 300)], { state: { a: '2' } });
    putBack();
    expect(subject.state('a')).toBe('1');
    expect(await subject.outbox.counts()).toMatchObject({ headSeq: 2, pending: 1, delivered: 1 });
    expect(seqs(await claim())).toEqual([2]);
    const [other] = subject.append([event('a_e', 300)]);
    expect(other).toMatchObject({ seq: 3, prev: third?.prev });
    expect(other?.id).not.toBe(third?.id);
  });

  it('knows what the centre should hold, and sends again what it lost', async () => {
    const records = begin().append([event('a_b', 100), event('a_c', 200), event('a_d', 300), event('a_e', 400)]);
    expect(subject.completeness.holding()).toEqual({ firstSeq: 1, delivered: null, receipt: 0 });
    await deliver(2);
    await deliver(1);
    const delivered = { seq: 3, hash: records[2]?.hash };
    expect(subject.completeness.holding()).toEqual({ firstSeq: 1, delivered, receipt: 2 });
    expect(subject.completeness.count(2, 9)).toBe(3);
    const missing = [[1, 1] as const, [3, 5] as const];
    const sorted = { replayable: [1, 3], more: false, waiting: 1, gone: 1 };
    expect(subject.completeness.sort(missing, 2, 9)).toEqual(sorted);
    expect(subject.completeness.sort(missing, 2, 1)).toEqual({ ...sorted, replayable: [1], more: true });
    // What came under a later receipt than the question is no answer to it.
    expect(subject.completeness.sort(missing, 1, 9).replayable).toEqual([1]);
    subject.append([], { replay: { seqs: [1, 3], dueAt: 350 } });
    expect(await subject.outbox.counts()).toMatchObject({ pending: 3, delivered: 1 });
    expect(seqs(await claim())).toEqual([1, 3, 4]);
  });

  it('refuses a fact that is none, and keeps nothing of its call', async () => {
    begin();
    const bad = { ...event(), dueAt: -1 };
    expect(() => subject.append([event(), bad], { state: { a: '1' } })).toThrow(
      expect.objectContaining({ code: 'fact_invalid' }),
    );
    expect(subject.state('a')).toBeNull();
    expect(await subject.outbox.counts()).toMatchObject({ headSeq: 0, pending: 0 });
  });

  it('gives out the earliest date first, then the lowest number, within limit and bytes', async () => {
    begin().append([event('a_b', 300), event('a_c', 100), event('a_d', 200), event('a_e', 100)]);
    const two = await claim({ ...MUCH, limit: 2 });
    expect(seqs(two)).toEqual([2, 4]);
    const bytes = two.records[0]!.json.length;
    await subject.outbox.release(two.leaseId);
    expect(seqs(await claim({ limit: 9, maxBytes: 1 }))).toEqual([2]);
    expect(seqs(await claim({ limit: 9, maxBytes: bytes * 2 + 8 }))).toEqual([4, 3]);
    expect(seqs(await claim())).toEqual([1]);
    expect(await subject.outbox.claim(MUCH)).toBeNull();
  });

  it('says whether anything was left to claim', async () => {
    begin().append([event('a_b', 1), event('a_c', 2), event('a_d', 3)]);
    const [first, second, third] = [
      await claim({ ...MUCH, limit: 1 }),
      await claim({ limit: 9, maxBytes: 1 }),
      await claim({ ...MUCH, limit: 1 }),
    ];
    expect([first, second, third].map(({ isLast }) => isLast)).toEqual([false, false, true]);
  });

  describe('where the centre must know a visit first', () => {
    const FIRST = { ...MUCH, visitsFirst: true };
    const visitId = '019b0000-0000-7000-8000-000000000001';
    const visit = (dueAt: number): Entry => {
      const about = {
        visitId,
        caseNo: 'C-1',
        serviceNo: 1,
        itemCode: 'I',
        itemName: '事项',
        window: '1',
        staffId: 's',
      };
      const body = { ...about, servedAt: '2026-11-22T10:00:00.000+08:00', trigger: 'business' as const };
      return { fact: { kind: 'visit', body }, dueAt, id: visitId };
    };
    const ratingOfIt = (dueAt: number): Entry => {
      const entry = rating(1, dueAt);
      return { ...entry, fact: { ...entry.fact, body: { ...entry.fact.body, visitId } } as Entry['fact'] };
    };
    /** An event, the visit, an event, its rating: by date the rating would go second and the visit last. */
    const fill = () => begin().append([event('a_b', 100), visit(900), event('a_c', 300), ratingOfIt(200)]);

    it('puts it directly before the first record of it, and leaves the order else', async () => {
      fill();
      expect(seqs(await claim(FIRST))).toEqual([1, 2, 4, 3]);
    });

    it('goes by date alone where nobody asks', async () => {
      fill();
      expect(seqs(await claim())).toEqual([1, 4, 3, 2]);
    });

    it('lets no batch end between them the wrong way round', async () => {
      fill();
      const batches = [await claim({ ...FIRST, limit: 2 }), await subject.outbox.claim({ ...FIRST, limit: 2 })];
      // While the visit is on its way nobody knows whether the centre took it.
      expect(batches.map(seqs)).toEqual([[1, 2], [3]]);
      const { leaseId, records } = batches[0]!;
      const delivered = records.map(({ id }) => id);
      await subject.outbox.settle({ ...none, leaseId, receipt: receipt(2), delivered });
      expect(seqs(await claim(FIRST))).toEqual([4]);
    });

    it('holds the rating as long as its visit is put off, and both come together', async () => {
      fill();
      const { leaseId } = await claim({ ...FIRST, limit: 2 });
      const deferred = [{ id: visitId, retryAfterMs: 60_000, code: 'later' }];
      await subject.outbox.settle({ ...none, leaseId, deferred });
      expect(seqs(await claim(FIRST))).toEqual([1, 3]);
      subject.restart();
      subject.now += 60_000;
      expect(seqs(await claim(FIRST))).toEqual([1, 2, 4, 3]);
    });

    it('lets the rating go when its visit was refused, and the visit first again when a person sends it again', async () => {
      fill();
      const { leaseId } = await claim({ ...FIRST, limit: 2 });
      await subject.outbox.settle({ ...none, leaseId, refused: [{ id: visitId, code: 'no', message: '' }] });
      const without = await claim(FIRST);
      expect(seqs(without)).toEqual([1, 4, 3]);
      await subject.outbox.release(without.leaseId);
      subject.resubmit(visitId);
      expect(seqs(await claim(FIRST))).toEqual([1, 2, 4, 3]);
    });
  });

  it('forgets its leases with its process', async () => {
    begin().append([event(), event()]);
    await claim();
    expect(await subject.outbox.claim(MUCH)).toBeNull();
    subject.restart();
    expect(seqs(await claim())).toEqual([1, 2]);
  });

  it('settles by id, twice and after a restart as well as once; what is named nowhere is pending again', async () => {
    begin().append([event('a_b', 1), event('a_c', 2), event('a_d', 3), event('a_e', 4)]);
    const batch = await claim();
    const [a, b, c] = idsOf(batch) as [string, string, string];
    const settlement = {
      leaseId: batch.leaseId,
      receipt: receipt(1),
      delivered: [a],
      deferred: [{ id: b, retryAfterMs: 60_000, code: 'later' }],
      refused: [{ id: c, code: 'no', message: 'never' }],
    };
    await subject.outbox.settle(settlement);
    subject.restart();
    await subject.outbox.settle(settlement);
    const counts = { pending: 1, deferred: 1, refused: 1, delivered: 1, nextDueAt: 2, headSeq: 4 };
    expect(await subject.outbox.counts()).toMatchObject(counts);
    expect(subject.refused()).toEqual([{ seq: 3, code: 'no' }]);
    expect(seqs(await claim())).toEqual([4]);
  });

  it('gives a deferred record out when its time has come, one attempt older', async () => {
    begin().append([event()]);
    const batch = await claim();
    const deferred = [{ id: idsOf(batch)[0]!, retryAfterMs: 60_000, code: 'later' }];
    await subject.outbox.settle({ ...none, leaseId: batch.leaseId, deferred });
    subject.now += 59_999;
    expect(await subject.outbox.claim(MUCH)).toBeNull();
    subject.now += 1;
    expect((await claim()).records).toMatchObject([{ seq: 1, attempts: 1 }]);
  });

  it('gives it out at once where the clock was set back by more than any deferral lasts', async () => {
    begin().append([event()]);
    const batch = await claim();
    const deferred = [{ id: idsOf(batch)[0]!, retryAfterMs: 60_000, code: 'later' }];
    await subject.outbox.settle({ ...none, leaseId: batch.leaseId, deferred });
    subject.now -= 3 * DAY_MS;
    expect(seqs(await claim())).toEqual([1]);
  });

  it('never lets a delivered record go back, nor takes a delivery without its receipt', async () => {
    begin().append([event()]);
    const batch = await claim();
    const [id] = idsOf(batch) as [string];
    await expect(subject.outbox.settle({ ...none, leaseId: batch.leaseId, delivered: [id] })).rejects.toMatchObject({
      code: 'settlement_invalid',
    });
    await subject.outbox.settle({ ...none, leaseId: batch.leaseId, receipt: receipt(1), delivered: [id] });
    await subject.outbox.settle({ ...none, leaseId: 'x', refused: [{ id, code: 'no', message: '' }] });
    expect(await subject.outbox.counts()).toMatchObject({ delivered: 1, refused: 0, pending: 0 });
  });

  it('sends a refused record again when a person asks for it', async () => {
    begin().append([event()]);
    const batch = await claim();
    const [id] = idsOf(batch) as [string];
    await subject.outbox.settle({ ...none, leaseId: batch.leaseId, refused: [{ id, code: 'no', message: '' }] });
    expect(await subject.outbox.claim(MUCH)).toBeNull();
    expect([subject.resubmit(id), subject.resubmit(id)]).toEqual([true, false]);
    expect(seqs(await claim())).toEqual([1]);
  });

  it('lets whole receipts leave after 180 days, and nothing that is not delivered', async () => {
    begin().append([event('a_b', 1), event('a_c', 2), event('a_d', 3)]);
    await deliver(2);
    subject.now += 180 * DAY_MS;
    expect(subject.dailyTick()).toBe(0);
    subject.now += 1;
    expect(subject.dailyTick()).toBe(2);
    subject.now += 999 * DAY_MS;
    expect(subject.dailyTick()).toBe(0);
    expect(await subject.outbox.counts()).toMatchObject({ pending: 1, delivered: 0, headSeq: 3 });
  });
});

describe('a transaction of the simulated disk', () => {
  it.each([
    ['before', 'kill', 1],
    ['before', 'power', 1],
    ['written', 'kill', 2],
    ['written', 'power', 1],
    ['synced', 'kill', 2],
    ['synced', 'power', 2],
  ] as const)('that dies %s, by %s, leaves %i records', (point, by, left) => {
    const disk = new Disk(GENESIS_HASH, (crash) => crash.by === 'power' && disk.powerCut());
    const block = {
      quality: 'synced',
      offsetMs: 0,
      bootId: '0190d5a4-7b1c-4e3a-8f00-000000000001',
      monotonicMs: 5,
    } as const;
    let count = 0;
    const newId = () => `01900000-0000-7000-8000-${String(++count).padStart(12, '0')}`;
    const ledger = new SimulatedLedger(disk, { wallMs: () => START_MS, block: () => block, newId });
    ledger.append([event()], { state: { a: '1' } });
    disk.armed = { kind: 'append', point, by };
    expect(() => ledger.append([event()], { state: { a: '2' } })).toThrow('killed here');
    expect([disk.image.rows.size, disk.image.head.seq, disk.image.state.get('a')]).toEqual([left, left, String(left)]);
  });
});
