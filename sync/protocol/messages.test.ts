import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  batchReplySchema,
  batchRequestSchema,
  centreKeysSchema,
  configurationReplySchema,
  enrolmentRequestSchema,
  faultSchema,
  heartbeatSchema,
  manifestReplySchema,
  manifestSchema,
  problemSchema,
  receiptSchema,
  staleSignatureSchema,
  visitStateReplySchema,
} from './messages.ts';

const ID = '01931fd4-7a3b-7c42-8d7e-0123456789ab';
const TIME = '2026-11-22T10:15:30.123+08:00';
const HASH = `sha256:${'a'.repeat(64)}`;
const X = 'A'.repeat(43);
const REPLY = { batchId: ID, serverTime: TIME, results: [{ id: ID, outcome: 'accepted' }], receipt: 'a.b.c' };
const CLOCK = { quality: 'synced', offsetMs: 0, bootId: ID, monotonicMs: 1 };
const BEAT = {
  seq: 1,
  head: HASH,
  pending: 0,
  oldestPendingAt: null,
  nextDeadlineAt: TIME,
  atRisk: 0,
  clock: CLOCK,
  health: {},
  version: '0.1.0',
};
const ENROLMENT = {
  code: 'c',
  publicKey: { kty: 'OKP', crv: 'Ed25519', x: X },
  hardware: { model: 'm', serial: 's', software: 'v' },
};

const good: [string, z.ZodType, unknown][] = [
  ['a reply with keys of a newer centre', batchReplySchema, { ...REPLY, region: 'x', more: {} }],
  ['a reply without receipt', batchReplySchema, { ...REPLY, receipt: null }],
  ['a deferred result', batchReplySchema, { ...REPLY, results: [{ id: ID, outcome: 'deferred', retryAfterS: 1.5 }] }],
  ['a receipt', receiptSchema, { batchId: ID, receivedAt: TIME, count: 1, root: HASH, note: 1 }],
  ['a problem', problemSchema, { code: 'whatever', type: 'about:blank' }],
  ['a visit that is open', visitStateReplySchema, { state: 'open' }],
  ['an unknown kind of key', centreKeysSchema, { keys: [{ kty: 'ML', kid: '1', use: 'sig', pub: 'x' }] }],
  ['an SM2 device', enrolmentRequestSchema, { ...ENROLMENT, publicKey: { kty: 'EC', crv: 'SM2', x: X, y: X } }],
  ['a heartbeat', heartbeatSchema, BEAT],
  ['an empty manifest answer', manifestReplySchema, { missing: [], headMatches: true }],
];
const bad: [string, z.ZodType, unknown][] = [
  ['a portal page as text', batchReplySchema, '<html>'],
  ['a 200 of another API', batchReplySchema, { code: 0, msg: 'ok', data: [] }],
  ['a reply that forgot its receipt', batchReplySchema, { ...REPLY, receipt: undefined }],
  ['an invented outcome', batchReplySchema, { ...REPLY, results: [{ id: ID, outcome: 'ok' }] }],
  ['a configuration that is no JWS', configurationReplySchema, { configuration: '{}' }],
  ['a receipt over nothing', receiptSchema, { batchId: ID, receivedAt: TIME, count: 0, root: HASH }],
  ['an upper-case root', receiptSchema, { batchId: ID, receivedAt: TIME, count: 1, root: HASH.toUpperCase() }],
  ['a stale signature without a clock', staleSignatureSchema, { code: 'stale_signature' }],
  ['a private key at enrolment', enrolmentRequestSchema, { ...ENROLMENT, publicKey: { ...ENROLMENT.publicKey, d: X } }],
  ['a short key', enrolmentRequestSchema, { ...ENROLMENT, publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } }],
  ['a record without id', batchRequestSchema, { batchId: ID, sentAt: TIME, records: [{}] }],
  ['a UUIDv4 batch', batchRequestSchema, { batchId: ID.replace('-7c', '-4c'), sentAt: TIME, records: [] }],
  ['a manifest that ends before it starts', manifestSchema, { fromSeq: 2, toSeq: 1, head: HASH, count: 1 }],
  ['a first heartbeat with a head', heartbeatSchema, { ...BEAT, seq: 0 }],
  ['refuse_levels without levels', faultSchema, { mode: 'refuse_levels' }],
  ['a fault for no time', faultSchema, { mode: 'down', forS: 0 }],
];

describe('message schemas', () => {
  it.each(good)('take %s', (_name, schema, value) => {
    expect(schema.safeParse(value).error?.issues).toBeUndefined();
  });
  it.each(bad)('refuse %s', (_name, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});
