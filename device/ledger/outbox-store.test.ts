import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from './ledger.ts';
import { type Bench, bench, deliver, event, rating, receipt, START_MS } from './ledger-fixture.ts';
import type { Settlement } from './outbox.ts';

let place: Bench;
let ledger: Ledger;
beforeEach(() => {
  place = bench();
  ledger = place.open();
});
afterEach(() => {
  ledger.close();
  place.remove();
});

const ALL = { limit: 500, maxBytes: 1 << 20 };
const nothing = (leaseId: string): Settlement => ({ leaseId, receipt: null, delivered: [], deferred: [], refused: [] });

async function claimed(limit = 500): Promise<string[]> {
  return (await ledger.outbox.claim({ ...ALL, limit }))?.records.map((record) => record.id) ?? [];
}

describe('claim', () => {
  it('serves the earliest date first, ties by seq, and nothing twice while leased', async () => {
    const [a, b, c, d] = ledger.append([rating(1, 30), rating(2, 10), rating(3, 20), rating(4, 10)]);
    expect(await claimed(2)).toEqual([b!.id, d!.id]);
    expect(await claimed()).toEqual([c!.id, a!.id]);
    expect(await claimed()).toEqual([]);
    ledger.outbox.releaseAll();
    expect(await claimed()).toEqual([b!.id, d!.id, c!.id, a!.id]);
  });

  it('hands out the record unchanged, as it was hashed', async () => {
    const [record] = ledger.append([rating(2, 77)]);
    const batch = await ledger.outbox.claim(ALL);
    expect(batch?.records).toHaveLength(1);
    expect(batch?.records[0]).toMatchObject({ id: record!.id, seq: 1, hash: record!.hash, dueAt: 77, attempts: 0 });
    expect(JSON.parse(batch!.records[0]!.json)).toEqual(record);
  });

  it('keeps to the bytes, but always brings one', async () => {
    ledger.append([event(), event(), event()]);
    const one = await ledger.outbox.claim({ limit: 500, maxBytes: 1 });
    const size = Buffer.byteLength(one!.records[0]!.json);
    expect(one?.records).toHaveLength(1);
    expect((await ledger.outbox.claim({ limit: 500, maxBytes: size * 2 }))?.records).toHaveLength(2);
  });

  it.each([
    { limit: 0, maxBytes: 1 },
    { limit: 501, maxBytes: 1 },
    { limit: 1, maxBytes: 0 },
    { limit: 1.5, maxBytes: 9 },
  ])('refuses %j', async (request) => {
    await expect(ledger.outbox.claim(request)).rejects.toMatchObject({ code: 'claim_invalid' });
  });

  it('sets a record aside that no longer opens, and goes on with the others', async () => {
    ledger.append(Array.from({ length: 100 }, (_, index) => rating(3, index)));
    ledger.close();
    place.tamper((db) => db.exec("UPDATE record SET sealed = x'0102' WHERE seq = 7"));
    ledger = place.open();
    expect(await claimed()).toHaveLength(99);
    expect(ledger.outbox.refused()).toMatchObject([{ seq: 7, code: 'unreadable' }]);
  });
});

describe('settle', () => {
  it('keeps the receipt with the leaf of each record, and gives the proof', async () => {
    const records = ledger.append([rating(1), rating(2), rating(3)]);
    const ids = await deliver(ledger, 500);
    expect(ids).toEqual(records.map((record) => record.id));
    const proof = ledger.outbox.proofOf(ids[2]!);
    expect(proof).toMatchObject({ leafIndex: 2, leaves: records.map((record) => record.hash) });
    expect(proof?.receipt).toMatchObject({ count: 3, jws: 'head.payload.signature' });
    expect(await ledger.outbox.counts()).toMatchObject({
      pending: 0,
      delivered: 3,
      oldestPendingAt: null,
      nextDueAt: null,
    });
  });

  it('may come twice, late, and after a restart with a lease nobody knows', async () => {
    ledger.append([rating(1), rating(2), rating(3), rating(4)]);
    const batch = await ledger.outbox.claim(ALL);
    const [a, b, c] = batch!.records.map((record) => record.id);
    const settlement: Settlement = {
      leaseId: batch!.leaseId,
      receipt: receipt(1),
      delivered: [a!],
      deferred: [{ id: b!, retryAfterMs: 60_000, code: 'visit_unknown' }],
      refused: [{ id: c!, code: 'level_unknown', message: 'no' }],
    };
    await ledger.outbox.settle(settlement);
    const after = await ledger.outbox.counts();
    expect(after).toMatchObject({ pending: 1, deferred: 1, refused: 1, delivered: 1 });
    await ledger.outbox.settle(settlement);
    ledger.close();
    ledger = place.open();
    await ledger.outbox.settle(settlement);
    expect(await ledger.outbox.counts()).toEqual(after);
    place.now += 60_000;
    const again = await ledger.outbox.claim(ALL);
    expect(again?.records.map(({ seq, attempts }) => [seq, attempts])).toEqual([
      [2, 1],
      [4, 0],
    ]);
  });

  it.each(['its own lease', 'a lease nobody knows'])('delivers from every state, under %s', async (lease) => {
    const records = ledger.append([rating(1), rating(2), rating(3), rating(4)]);
    const [a, b, c, d] = records.map(({ id }) => id);
    const batch = await ledger.outbox.claim(ALL);
    // What a bundle's receipts may do while the same records are on the wire.
    await ledger.outbox.settle({ ...nothing('bundle'), receipt: receipt(1), delivered: [a!] });
    await ledger.outbox.settle({
      ...nothing('bundle'),
      deferred: [{ id: b!, retryAfterMs: 60_000, code: 'wait' }],
      refused: [{ id: c!, code: 'why', message: '' }],
    });
    const leaseId = lease === 'its own lease' ? batch!.leaseId : lease;
    await ledger.outbox.settle({ ...nothing(leaseId), receipt: receipt(4), delivered: [a!, b!, c!, d!] });
    expect(await ledger.outbox.counts()).toMatchObject({ pending: 0, deferred: 0, refused: 0, delivered: 4 });
    const proofs = [a, b, c, d].map((id) => ledger.outbox.proofOf(id!));
    expect(proofs.map((proof) => [proof?.receipt.count, proof?.leafIndex])).toEqual([
      [1, 0],
      [4, 1],
      [4, 2],
      [4, 3],
    ]);
    expect(proofs[3]?.leaves).toEqual(records.map(({ hash }) => hash));
  });

  it('never takes a delivery back', async () => {
    ledger.append([rating(1)]);
    const [id] = await deliver(ledger, 1);
    const late = {
      deferred: [{ id: id!, retryAfterMs: 0, code: 'x' }],
      refused: [{ id: id!, code: 'x', message: '' }],
    };
    await ledger.outbox.settle({ ...nothing('old'), ...late });
    expect(await ledger.outbox.counts()).toMatchObject({ pending: 0, deferred: 0, refused: 0, delivered: 1 });
  });

  it('ignores ids of others and counts them', async () => {
    const stranger = '0190d5a4-7b1c-7e3a-8f00-0000000000ff';
    ledger.append([rating(1)]);
    await ledger.outbox.settle({ ...nothing('old'), receipt: receipt(1), delivered: [stranger] });
    await ledger.outbox.settle({ ...nothing('old'), refused: [{ id: stranger, code: 'x', message: '' }] });
    expect(ledger.outbox.unknownIds).toBe(2);
    expect(await ledger.outbox.counts()).toMatchObject({ pending: 1, refused: 0 });
  });

  it.each([
    ['delivered without a receipt', { delivered: ['0190d5a4-7b1c-7e3a-8f00-0000000000ff'] }],
    ['a receipt that counts otherwise', { receipt: receipt(2) }],
    ['an id that is none', { refused: [{ id: 'x', code: '', message: '' }] }],
    ['a negative wait', { deferred: [{ id: '0190d5a4-7b1c-7e3a-8f00-0000000000ff', retryAfterMs: -1, code: '' }] }],
  ])('refuses %s and keeps nothing', async (_name, part) => {
    ledger.append([rating(1)]);
    await expect(ledger.outbox.settle({ ...nothing('l'), ...part })).rejects.toMatchObject({
      code: 'settlement_invalid',
    });
    expect(await ledger.outbox.counts()).toMatchObject({ pending: 1 });
  });

  it('returns what it does not name, and what is released, to pending', async () => {
    const [a, b] = ledger.append([rating(1), rating(2)]);
    const batch = await ledger.outbox.claim(ALL);
    await ledger.outbox.settle({ ...nothing(batch!.leaseId), receipt: receipt(1), delivered: [a!.id] });
    const second = await ledger.outbox.claim(ALL);
    expect(second?.records.map((record) => record.id)).toEqual([b!.id]);
    await ledger.outbox.release(second!.leaseId);
    expect(await claimed()).toEqual([b!.id]);
  });
});

describe('deferred and refused', () => {
  async function defer(retryAfterMs: number): Promise<void> {
    const batch = await ledger.outbox.claim(ALL);
    const deferred = batch!.records.map(({ id }) => ({ id, retryAfterMs, code: 'wait' }));
    await ledger.outbox.settle({ ...nothing(batch!.leaseId), deferred });
  }

  it('comes back when its time has come, not before, and at the latest after a day', async () => {
    ledger.append([rating(1)]);
    await defer(1e12);
    place.now += 86_400_000 - 1;
    expect(await claimed()).toEqual([]);
    place.now += 1;
    expect(await claimed()).toHaveLength(1);
    expect(await ledger.outbox.counts()).toMatchObject({ pending: 1, deferred: 0 });
  });

  it('comes back at once where the clock was set back since', async () => {
    ledger.append([rating(1)]);
    await defer(60_000);
    place.now -= 365 * 86_400_000;
    expect(await claimed()).toHaveLength(1);
  });

  it('never blocks others, is listed with its reason, and can be sent again', async () => {
    const [a, b] = ledger.append([rating(1, 5), rating(2, 9)]);
    const batch = await ledger.outbox.claim({ ...ALL, limit: 1 });
    await ledger.outbox.settle({
      ...nothing(batch!.leaseId),
      refused: [{ id: a!.id, code: 'why', message: 'because' }],
    });
    expect(await claimed()).toEqual([b!.id]);
    expect(await ledger.outbox.counts()).toMatchObject({ refused: 1, nextDueAt: 9 });
    expect(ledger.outbox.refused()).toEqual([
      { id: a!.id, seq: 1, kind: 'rating', code: 'why', message: 'because', dueAt: 5 },
    ]);
    expect([ledger.outbox.resubmit(b!.id), ledger.outbox.resubmit('x')]).toEqual([false, false]);
    expect(ledger.outbox.resubmit(a!.id)).toBe(true);
    expect(await claimed()).toEqual([a!.id]);
    expect(await ledger.outbox.counts()).toMatchObject({
      pending: 2,
      refused: 0,
      nextDueAt: 5,
      oldestPendingAt: START_MS,
    });
  });
});

describe('dates of what waits', () => {
  it('are grouped in the order of claims, law before house, without what was refused or is later', async () => {
    const law = { marginMs: 86_400_000 };
    const [first] = ledger.append([
      { ...rating(1, 10), ...law },
      event('test_event', 20),
      { ...rating(2, 20), ...law },
      { ...rating(3, 20), ...law },
      { ...rating(4, 30), ...law },
    ]);
    expect(await ledger.outbox.dueGroups(20)).toEqual([
      { dueAt: 10, marginMs: 86_400_000, records: 1 },
      { dueAt: 20, marginMs: 86_400_000, records: 2 },
      { dueAt: 20, marginMs: 0, records: 1 },
    ]);
    const batch = await ledger.outbox.claim(ALL);
    expect(batch?.records.map(({ seq }) => seq)).toEqual([1, 3, 4, 2, 5]);
    const [, second] = batch?.records ?? [];
    const refused = [{ id: first!.id, code: 'c', message: '' }];
    const deferred = [{ id: second!.id, code: 'c', retryAfterMs: 60_000 }];
    await ledger.outbox.settle({ ...nothing(batch!.leaseId), refused, deferred });
    expect(await ledger.outbox.dueGroups(20)).toEqual([
      { dueAt: 20, marginMs: 86_400_000, records: 2 },
      { dueAt: 20, marginMs: 0, records: 1 },
    ]);
    expect(await ledger.outbox.counts()).toMatchObject({ nextDueAt: 20, nextLegalDueAt: 20 });
  });

  it('are counted up to a bound, the earliest first', async () => {
    ledger.append([rating(1, 30), rating(2, 10), rating(3, 20), rating(4, 20)]);
    expect((await ledger.outbox.dueGroups(30, 2)).map(({ dueAt, records }) => [dueAt, records])).toEqual([
      [10, 1],
      [20, 1],
    ]);
  });

  it('of the house alone are no legal date', async () => {
    ledger.append([event('test_event', 20)]);
    expect(await ledger.outbox.counts()).toMatchObject({ nextDueAt: 20, nextLegalDueAt: null });
  });
});
