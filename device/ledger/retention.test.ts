import { afterEach, beforeEach, expect, it } from 'vitest';
import { DAY_MS } from '../time.ts';
import type { Ledger } from './ledger.ts';
import { type Bench, bench, deliver, event, rating, START_MS } from './ledger-fixture.ts';
import { verifyLedger } from './verify.ts';

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

const seqs = () => ledger.read(1, 1000).map((record) => record.seq);
const verify = () => verifyLedger(place.dir, place.keys());

it('lets delivered records leave after 180 days, and the chain still verifies', async () => {
  ledger.append([rating(1), rating(2), rating(3)]);
  await deliver(ledger, 2);
  place.now += 180 * DAY_MS;
  expect(ledger.dailyTick()).toMatchObject({ records: 0 });
  place.now += 1;
  expect(ledger.dailyTick()).toMatchObject({ records: 2, receipts: 1, more: false });
  expect(seqs()).toEqual([3]);
  expect(await ledger.outbox.counts()).toMatchObject({ pending: 1, delivered: 0 });
  expect(verify()).toMatchObject({ ok: true, records: 1, purged: [{ fromSeq: 1, toSeq: 2 }] });
  expect(ledger.nightlyCheck()).toMatchObject({ done: true, ok: true });
});

it('never lets go of what is not delivered, nor of the newest record', async () => {
  ledger.append([rating(1), rating(2), rating(3), rating(4), rating(5)]);
  const batch = await ledger.outbox.claim({ limit: 2, maxBytes: 1 << 20 });
  const [first, second] = batch!.records.map((record) => record.id);
  const refused = [{ id: second!, code: 'no', message: '' }];
  const deferred = [{ id: first!, retryAfterMs: 1, code: 'later' }];
  await ledger.outbox.settle({ leaseId: batch!.leaseId, receipt: null, delivered: [], deferred, refused });
  await deliver(ledger, 500);
  place.now += 999 * DAY_MS;
  expect(ledger.dailyTick()).toMatchObject({ records: 0, more: false });
  ledger.append([event()]);
  expect(ledger.dailyTick()).toMatchObject({ records: 3 });
  expect(seqs()).toEqual([1, 2, 6]);
  expect(verify()).toMatchObject({ ok: true, purged: [{ fromSeq: 3, toSeq: 5 }] });
});

it('keeps a receipt whole until its newest record may leave', async () => {
  ledger.append([rating(1)]);
  place.now += 100 * DAY_MS;
  const [newer] = ledger.append([rating(2)]);
  await deliver(ledger, 500);
  ledger.append([event()]);
  place.now += 100 * DAY_MS;
  expect(ledger.dailyTick()).toMatchObject({ records: 0 });
  expect(ledger.outbox.proofOf(newer!.id)).toMatchObject({ leafIndex: 1, leaves: [expect.any(String), newer!.hash] });
  place.now += 81 * DAY_MS;
  expect(ledger.dailyTick()).toMatchObject({ records: 2, receipts: 1 });
});

it('works in bounded pieces and joins the anchors', async () => {
  for (let index = 0; index < 5; index += 1) ledger.append([rating(1), rating(2)]);
  for (let index = 0; index < 5; index += 1) await deliver(ledger, 2);
  ledger.append([event()]);
  place.now += 200 * DAY_MS;
  let report = ledger.dailyTick();
  while (report.more) report = ledger.dailyTick();
  expect(verify()).toMatchObject({ ok: true, purged: [{ fromSeq: 1, toSeq: 10 }], records: 1 });
});

it('does nothing while the clock is not set', async () => {
  ledger.append([rating(1)]);
  await deliver(ledger, 1);
  ledger.append([event()]);
  place.now += 999 * DAY_MS;
  place.quality = 'unset';
  expect(ledger.dailyTick()).toMatchObject({ records: 0 });
  expect(seqs()).toEqual([1, 2]);
});

it('survives a salvage: what left stays explained', async () => {
  ledger.append([rating(1), rating(2), rating(3)]);
  await deliver(ledger, 2);
  place.now += 200 * DAY_MS;
  ledger.dailyTick();
  ledger.close();
  place.tamper((db) => db.exec('UPDATE head SET mac = zeroblob(32)'));
  ledger = place.open();
  expect(ledger.report.salvage).toMatchObject({ cause: 'chain_broken', carried: 1, gaps: [] });
  expect(verify()).toMatchObject({ ok: true, purged: [{ fromSeq: 1, toSeq: 2 }] });
});

it('counts from the receipt where the device recorded under a clock that stood in 1970', async () => {
  place.now = 1_000;
  ledger.append([rating(1), rating(2)]);
  await deliver(ledger, 1);
  place.now = START_MS + DAY_MS;
  expect(ledger.dailyTick()).toMatchObject({ records: 0 });
  place.now = START_MS + 181 * DAY_MS;
  expect(ledger.dailyTick()).toMatchObject({ records: 1 });
});
