import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { v7 as uuidV7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { hashBytes } from '../../../device/ledger/chain.ts';
import type { OutboxRecord } from '../../../device/ledger/outbox.ts';
import { type Ed25519PrivateJwk, signJws } from '../../protocol/jws.ts';
import { merkleRoot } from '../../protocol/merkle.ts';
import type { BatchReply, CentreKeys, RecordResult } from '../../protocol/messages.ts';
import { someRecords } from '../../testing/records.ts';
import { batchBody, judgeReply } from './batch.ts';

const newKey = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as Ed25519PrivateJwk;
const key = newKey();
const publicHalf = { kty: 'OKP', crv: 'Ed25519', x: key.x } as const;
const keys: CentreKeys = { keys: [{ ...publicHalf, kid: 'k1', use: 'sig' }] };
const records = someRecords(6);
const batchId = uuidV7();
const TIME = '2026-11-22T10:00:00.000+08:00';

const result = (index: number, outcome: RecordResult['outcome'] = 'accepted'): RecordResult => ({
  id: records[index]!.id,
  outcome,
});
const payloadOf = (taken: readonly OutboxRecord[]) => ({
  batchId,
  receivedAt: TIME,
  count: taken.length,
  root: merkleRoot(taken.map((record) => hashBytes(record.hash))),
});

interface Change {
  results?: RecordResult[];
  batchId?: string;
  payload?: object;
  signer?: { key: Ed25519PrivateJwk; kid?: string };
  receipt?: string | null;
  keys?: CentreKeys;
}

async function judge(change: Change) {
  const results = change.results ?? records.map((_record, index) => result(index));
  const taken = results.filter((one) => one.outcome === 'accepted' || one.outcome === 'duplicate');
  const leaves = taken.map((one) => records.find((record) => record.id === one.id) ?? records[0]!);
  const made = await signJws(change.payload ?? payloadOf(leaves), change.signer ?? { key, kid: 'k1' });
  const receipt = change.receipt === undefined ? (taken.length === 0 ? null : made) : change.receipt;
  const reply: BatchReply = { batchId: change.batchId ?? batchId, serverTime: TIME, results, receipt };
  return judgeReply({ batchId, records }, reply, change.keys ?? keys);
}

describe('a reply counts', () => {
  it('for what it names, in its own order, under a receipt over our hashes', async () => {
    const results = [result(3, 'duplicate'), result(1, 'refused'), result(0), result(2, 'deferred'), result(5)];
    const outcome = await judge({ results });
    expect(outcome).toMatchObject({
      kind: 'settled',
      delivered: [records[3]!.id, records[0]!.id, records[5]!.id],
      receipt: { batchId, receivedAt: TIME, count: 3 },
      deferred: [{ id: records[2]!.id, retryAfterMs: 60_000, code: 'deferred' }],
      refused: [{ id: records[1]!.id, code: 'refused', message: '' }],
    });
  });

  it('without a receipt when it took nothing', async () => {
    const results = [{ ...result(0, 'deferred'), retryAfterS: 0.5, code: 'visit_unknown' }];
    const deferred = [{ id: records[0]!.id, retryAfterMs: 500, code: 'visit_unknown' }];
    expect(await judge({ results })).toMatchObject({ kind: 'settled', receipt: null, delivered: [], deferred });
  });

  it('and is cut to what the outbox takes', async () => {
    const long = { ...result(0, 'refused'), code: 'c'.repeat(99), message: 'm'.repeat(9999) };
    const later = { ...result(1, 'deferred'), retryAfterS: 1e300 };
    const refused = [{ code: 'c'.repeat(64), message: 'm'.repeat(1000) }];
    const deferred = [{ retryAfterMs: 604_800_000 }];
    expect(await judge({ results: [long, later] })).toMatchObject({ refused, deferred });
  });
});

describe('nothing of a reply counts', () => {
  const others = someRecords(6);
  it.each<[string, Change]>([
    ['for another batch', { batchId: uuidV7() }],
    ['that names a record twice', { results: [result(0), result(0)] }],
    ['that names a record not sent', { results: [{ id: others[0]!.id, outcome: 'accepted' }] }],
    ['without a receipt', { receipt: null }],
    ['with a receipt that is no JWS', { receipt: 'a.b.c' }],
    ['with a receipt by another key', { signer: { key: newKey(), kid: 'k1' } }],
    ['with a receipt by an unknown kid', { signer: { key, kid: 'k2' } }],
    ['with a receipt without a kid', { signer: { key } }],
    ['with a receipt by a key for encryption', { keys: { keys: [{ ...publicHalf, kid: 'k1', use: 'enc' }] } }],
    ['with a receipt for another batch', { payload: { ...payloadOf(records), batchId: uuidV7() } }],
    ['with a receipt for other records', { payload: payloadOf(others) }],
    ['with a receipt in another order', { payload: payloadOf([...records].reverse()) }],
    ['with a receipt for fewer records', { payload: payloadOf(records.slice(1)) }],
    ['with a count that does not fit', { payload: { ...payloadOf(records), count: 5 } }],
    ['with a payload of another shape', { payload: { batchId } }],
    [
      'whose receipt covers a refused record too',
      { results: [result(0), result(1, 'refused')], payload: payloadOf(records.slice(0, 2)) },
    ],
  ])('%s', async (_name, change) => {
    expect(await judge(change)).toMatchObject({ kind: 'not_the_centre', detail: expect.any(String) });
  });
});

it('sends each record as the text that its hash covers', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }), (values) => {
      const given = values.map((value) => ({ ...records[0]!, json: ` ${JSON.stringify({ value })} ` }));
      const body = batchBody(batchId, TIME, given);
      const records_ = values.map((value) => ({ value }));
      expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify({ batchId, sentAt: TIME, records: records_ })));
      expect(body).toContain(given.map((record) => record.json).join(','));
    }),
  );
});
