import { gzipSync } from 'node:zlib';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashBytes, hashRecord } from '../../device/ledger/chain.ts';
import { formatTime } from '../../device/time.ts';
import { verifyJws } from '../protocol/jws.ts';
import { auditPath, merkleRoot, verifyAuditPath } from '../protocol/merkle.ts';
import { batchReplySchema, inspectRatingsSchema, inspectRecordsSchema, receiptSchema } from '../protocol/messages.ts';
import type { ReferenceCentre } from './centre.ts';
import { type ManualClock, START_MS, startCentre, TestDevice } from './fixture.ts';

let centre: ReferenceCentre;
let clock: ManualClock;
let device: TestDevice;
let dataDir: string;
beforeEach(async () => {
  ({ centre, clock, dataDir } = await startCentre());
  device = await new TestDevice(centre.url, clock).enrol();
});
afterEach(() => centre.close());
const stored = async () => inspectRecordsSchema.parse(await (await fetch(`${centre.url}/inspect/records`)).json());
const standing = async () => inspectRatingsSchema.parse(await (await fetch(`${centre.url}/inspect/ratings`)).json());

describe('records (§4)', () => {
  it('stores a batch and signs a receipt over its hashes in the order of the results', async () => {
    const visitId = uuidv7();
    const records = [device.visit(visitId), device.rating(visitId)];
    const batch = device.batch(records);
    const reply = batchReplySchema.parse(await (await device.post('/records', batch)).json());
    expect(reply).toMatchObject({ batchId: batch.batchId, serverTime: formatTime(START_MS) });
    expect(reply.results).toEqual(records.map(({ id }) => ({ id, outcome: 'accepted' })));
    const receipt = await verifyJws(reply.receipt ?? '', centre.keys, receiptSchema);
    const leaves = records.map(({ hash }) => hashBytes(hash));
    const expected = { batchId: batch.batchId, receivedAt: formatTime(START_MS), count: 2, root: merkleRoot(leaves) };
    expect(receipt).toEqual(expected);
    const proof = { leaf: leaves[1]!, index: 1, count: 2, path: auditPath(leaves, 1), root: receipt.root };
    expect(verifyAuditPath(proof)).toBe(true);
    expect((await stored()).map(({ record }) => record)).toEqual(records);
  });

  it('answers duplicate, with a receipt as good, however often a batch comes', async () => {
    const records = [device.rating(uuidv7()), device.rating(uuidv7())];
    const batch = device.batch(records);
    const first = batchReplySchema.parse(await (await device.post('/records', batch)).json());
    const again = batchReplySchema.parse(await (await device.post('/records', batch)).json());
    expect(again.results.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate']);
    expect(again.receipt).toBe(first.receipt);
    expect(await stored()).toHaveLength(2);
  });

  it('judges each record by itself and roots only what it holds', async () => {
    const good = device.rating(uuidv7());
    const edited = { ...device.rating(uuidv7()), recordedAt: formatTime(0) };
    const twin = { ...device.rating(uuidv7()), id: good.id };
    const odd = { ...device.rating(uuidv7()), kind: 'opinion' };
    const last = device.rating(uuidv7());
    const { hash: _hash, ...unhashed } = twin;
    device.seq -= 1;
    const other = device.record({ kind: 'event', body: { type: 'pause', detail: {} } });
    const reply = await device.deliver([good, edited, { ...unhashed, hash: other.hash }, odd, last, good]);
    expect(reply.results.map(({ id, outcome, code }) => [id, outcome, code])).toEqual([
      [good.id, 'accepted', undefined],
      [edited.id, 'refused', 'hash_mismatch'],
      [good.id, 'refused', 'hash_mismatch'],
      [odd.id, 'refused', 'malformed_record'],
      [last.id, 'accepted', undefined],
      [good.id, 'duplicate', undefined],
    ]);
    const { root, count } = await verifyJws(reply.receipt ?? '', centre.keys, receiptSchema);
    expect([root, count]).toEqual([merkleRoot([good, last, good].map(({ hash }) => hashBytes(hash))), 3]);
  });

  it('refuses the same id with another hash, and keeps the first', async () => {
    const first = device.rating(uuidv7());
    await device.deliver([first]);
    const changed = { ...first, recordedAt: formatTime(START_MS + 1) };
    const reply = await device.deliver([{ ...changed, hash: hashRecord(changed) }]);
    expect(reply.results[0]).toMatchObject({ outcome: 'refused', code: 'content_mismatch' });
    expect(reply.receipt).toBeNull();
    expect((await stored()).map(({ hash }) => hash)).toEqual([first.hash]);
  });

  it('refuses text that has no canonical form', async () => {
    const record = device.rating(uuidv7());
    const reply = await device.deliver([{ ...record, body: { ...record.body, comment: '\ud800' } }]);
    expect(reply.results).toMatchObject([{ outcome: 'refused', code: 'hash_mismatch' }]);
  });

  it('keeps two devices apart, same ids or not', async () => {
    const record = device.rating(uuidv7());
    await device.deliver([record]);
    const other = await new TestDevice(centre.url, clock).enrol('code-2');
    expect((await other.deliver([record])).results[0]?.outcome).toBe('accepted');
  });

  it('takes a rating before its visit and a later revision before an earlier one', async () => {
    const visitId = uuidv7();
    const visit = device.visit(visitId);
    const first = device.rating(visitId, { level: 1 });
    const second = device.rating(visitId, { level: 4, revision: 2, supersedes: first.id, comment: '好' });
    await device.deliver([second]);
    expect((await device.deliver([first, visit])).results.map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'accepted',
    ]);
    expect(await standing()).toEqual([
      expect.objectContaining({ visitId, level: 4, revision: 2, comment: '好', channel: 'touch', tags: ['510'] }),
    ]);
  });

  it('takes gzip, signed as sent', async () => {
    const body = gzipSync(JSON.stringify(device.batch([device.rating(uuidv7())])));
    const reply = await device.own('/records', { body, headers: { 'content-encoding': 'gzip' } });
    expect(batchReplySchema.parse(await reply.json()).results[0]?.outcome).toBe('accepted');
  });

  it('answers an empty batch with no results and no receipt', async () => {
    expect(await device.deliver([])).toMatchObject({ results: [], receipt: null });
  });

  it('takes 500 records and refuses 501 whole', async () => {
    const records = Array.from({ length: 501 }, () => device.rating(uuidv7()));
    const over = await device.post('/records', device.batch(records));
    expect([over.status, await over.json()]).toMatchObject([413, { code: 'too_large' }]);
    expect(await stored()).toHaveLength(0);
    expect((await device.deliver(records.slice(0, 500))).results).toHaveLength(500);
  });

  const MIB = 1_048_576;
  it.each([
    ['one byte over 1 MiB', Buffer.alloc(MIB + 1, 32), {}, 413, 'too_large'],
    ['far over it', Buffer.alloc(3 * MIB, 32), {}, 413, 'too_large'],
    ['a gzip of 64 MiB', gzipSync(Buffer.alloc(64 * MIB)), { 'content-encoding': 'gzip' }, 413, 'too_large'],
    ['1 MiB of nothing', Buffer.alloc(MIB, 32), {}, 400, 'malformed'],
    ['a gzip that is none', Buffer.from('{}'), { 'content-encoding': 'gzip' }, 400, 'malformed'],
    ['half a gzip', gzipSync('{"a":1}').subarray(0, 20), { 'content-encoding': 'gzip' }, 400, 'malformed'],
    ['brotli', Buffer.from('{}'), { 'content-encoding': 'br' }, 400, 'malformed'],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe]), {}, 400, 'malformed'],
    ['half a JSON', Buffer.from('{"batchId":'), {}, 400, 'malformed'],
    ['a null', Buffer.from('null'), {}, 400, 'malformed'],
    ['no batchId', Buffer.from('{"records":[]}'), {}, 400, 'malformed'],
  ] as [string, Buffer, Record<string, string>, number, string][])(
    'refuses %s',
    async (_n, body, headers, status, code) => {
      const reply = await device.own('/records', { body, headers });
      expect([reply.status, await reply.json()]).toMatchObject([status, { code }]);
    },
  );

  it('refuses a batch whose records have no id, naming the place', async () => {
    const reply = await device.post('/records', device.batch([device.rating(uuidv7()), { kind: 'rating' }]));
    expect([reply.status, await reply.json()]).toMatchObject([400, { code: 'malformed', message: /^records\.1\.id/ }]);
  });

  it('knows after a restart all that it knew: keys, device, nonces, records, ratings, codes', async () => {
    const record = device.rating(uuidv7());
    const batch = device.batch([record]);
    const before = batchReplySchema.parse(await (await device.post('/records', batch)).json());
    await device.own('/configuration', { nonce: 'spent' });
    const keys = centre.keys;
    await centre.close();
    ({ centre } = await startCentre({ dataDir, clock }));
    device.url = centre.url;
    expect(centre.keys).toEqual(keys);
    expect((await device.own('/configuration', { nonce: 'spent' })).status).toBe(401);
    const after = batchReplySchema.parse(await (await device.post('/records', batch)).json());
    expect([after.results[0]?.outcome, after.receipt]).toEqual(['duplicate', before.receipt]);
    expect(await standing()).toHaveLength(1);
    const thief = new TestDevice(centre.url, clock);
    await expect(thief.enrol('code-1')).rejects.toThrow();
  });
});
