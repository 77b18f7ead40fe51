import { gunzipSync, gzipSync } from 'node:zlib';
import { v7 as uuidV7 } from 'uuid';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../device/clock.ts';
import { assess } from '../../../device/policy/slack.ts';
import { deviceKey } from '../../testing/device-key.ts';
import { type RawServer, startRawServer } from '../../testing/raw-server.ts';
import { someRecords } from '../../testing/records.ts';
import { createTrustClock } from '../../trust-clock.ts';
import type { Connector } from '../connector.ts';
import { referenceFamily } from './connector.ts';

const DEVICE = uuidV7();
const CENTRE_KEYS = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'k', use: 'sig' }] };
const bootId = '2f8b1f0e-8a4b-4f4c-9b1d-2f1f6d0c9a11';
const idle = new AbortController().signal;

let server: RawServer;
let connector: Connector;
let wallMs: number | null = null;

/** Every id that the connector asked for. */
let ids: string[] = [];
function newId(): string {
  ids.push(uuidV7());
  return ids.at(-1)!;
}

async function connect(answer: (heard: string) => string | Buffer | null, isOpen = false): Promise<void> {
  server = await startRawServer(answer, isOpen);
  const clock = { ...systemClock, wallMs: () => wallMs ?? systemClock.wallMs() };
  const options = { clock, trustClock: createTrustClock(clock), newId, version: '0', bootId };
  const family = referenceFamily({ ...options, signerFor: deviceKey().signerFor, timeLimitMs: 300 });
  connector = family.open({ deviceId: DEVICE, baseUrl: server.url, centreKeys: CENTRE_KEYS, alg: 'ed25519' });
}

afterEach(async () => {
  wallMs = null;
  ids = [];
  connector.close();
  await server.close();
});

/** A whole answer; the length is that of the body unless a test lies about it. */
function http(status: string, type: string | null, body: string | Buffer, more: string[] = []): Buffer {
  const length = more.some((line) => /^(content-length|transfer)/.test(line)) ? [] : [`content-length: ${body.length}`];
  const head = [
    `HTTP/1.1 ${status}`,
    'connection: close',
    ...(type === null ? [] : [`content-type: ${type}`]),
    ...length,
    ...more,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
}

const json = (status: string, value: unknown, more: string[] = []): Buffer =>
  http(status, 'application/json', JSON.stringify(value), more);

const FULL = JSON.stringify({ batchId: uuidV7(), serverTime: '2026-11-22T10:00:00.000Z', results: [], receipt: null });
const bomb = gzipSync(Buffer.alloc(64 * 1_048_576));

const NOT_US = { kind: 'not_the_centre' };
const DOWN = { kind: 'down' };

it.each<[string, Buffer | string, object]>([
  ['a login page', http('200 OK', 'text/html', '<form action=/login>'), NOT_US],
  ['a login page that calls itself JSON', http('200 OK', 'application/json', '<form action=/login>'), NOT_US],
  ['JSON that calls itself a page', http('200 OK', 'text/html', FULL), NOT_US],
  ['JSON without a type', http('200 OK', null, FULL), NOT_US],
  ['a type that only begins like ours', http('200 OK', 'application/jsonp', FULL), NOT_US],
  ['a redirect', http('302 Found', 'text/html', '', ['location: http://127.0.0.1:1/login']), NOT_US],
  ['a redirect in JSON', json('307 Temporary Redirect', {}, ['location: http://127.0.0.1:1/']), NOT_US],
  ['another shape', json('200 OK', { ok: true }), NOT_US],
  ['an array', json('200 OK', []), NOT_US],
  ['null', json('200 OK', null), NOT_US],
  ['a shape with one wrong value', http('200 OK', 'application/json', FULL.replace('null', '7')), NOT_US],
  ['a reply to another batch', http('200 OK', 'application/json; charset=utf-8', FULL), NOT_US],
  ['nothing', http('200 OK', 'application/json', ''), NOT_US],
  ['204', http('204 No Content', null, ''), NOT_US],
  ['304', http('304 Not Modified', null, ''), NOT_US],
  ['bytes that are no UTF-8', http('200 OK', 'application/json', Buffer.from([0x22, 0xff, 0x22])), NOT_US],
  ['a reply cut off', http('200 OK', 'application/json', FULL.slice(0, 40), [`content-length: ${FULL.length}`]), DOWN],
  [
    'a chunked reply cut off',
    http('200 OK', 'application/json', `${FULL.length.toString(16)}\r\n{`, ['transfer-encoding: chunked']),
    DOWN,
  ],
  ['a reply cut off between the lines', 'HTTP/1.1 200 OK\r\ncontent-ty', DOWN],
  ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n', DOWN],
  ['an immediate end', '', DOWN],
  ['a page without end', http('200 OK', 'application/json', ' '.repeat(5_000_000)), DOWN],
  ['a bomb', http('200 OK', 'application/json', bomb, ['content-encoding: gzip']), DOWN],
  ['broken gzip', http('200 OK', 'application/json', 'not gzip', ['content-encoding: gzip']), DOWN],
  ['500', json('500 Oops', { code: 'internal' }), DOWN],
  ['502 by a proxy', http('502 Bad Gateway', 'text/html', '<h1>nginx'), DOWN],
  ['404 by the centre', json('404 Not Found', { code: 'not_found' }), DOWN],
  ['404 by somebody', http('404 Not Found', 'text/html', 'x'), NOT_US],
  ['400', json('400 Bad Request', { code: 'malformed', message: 'records: x' }), { kind: 'malformed' }],
  ['400 by somebody', http('400 Bad Request', 'text/html', 'x'), NOT_US],
  ['413', json('413 Too Large', { code: 'too_large' }), { kind: 'too_large' }],
  ['413 by somebody', http('413 Too Large', 'text/html', 'x'), NOT_US],
  ['401 unknown', json('401 No', { code: 'unknown_device' }), { kind: 'unauthorised', code: 'unknown_device' }],
  ['401 revoked', json('401 No', { code: 'revoked' }), { kind: 'unauthorised', code: 'revoked' }],
  ['401 of another kind', json('401 No', { code: 'login' }), NOT_US],
  ['401 by somebody', http('401 No', 'text/html', 'x', ['www-authenticate: Basic']), NOT_US],
  ['401 stale without a time', json('401 No', { code: 'stale_signature' }), NOT_US],
  ['429', json('429 Busy', { code: 'x' }, ['retry-after: 7']), { kind: 'busy', retryAfterMs: 7000 }],
  ['503', json('503 Busy', { code: 'x' }), { kind: 'busy', retryAfterMs: null }],
  [
    '503 with a date long past',
    http('503 Busy', 'text/html', 'x', ['retry-after: Sun, 01 Nov 2015 01:00:00 GMT']),
    { kind: 'busy', retryAfterMs: 0 },
  ],
])('%s is judged', async (_name, answer, expected) => {
  await connect(() => answer);
  const outcome = await connector.sendBatch(someRecords(2), idle);
  expect(outcome).toMatchObject(expected);
  expect(server.heard).toHaveLength(1);
});

const OPEN = JSON.stringify({ state: 'open', more: 'x' });
it.each<[string, Buffer, string]>([
  ['as JSON', http('200 OK', 'application/json', OPEN), 'visit'],
  ['as JSON with a charset', http('200 OK', 'Application/JSON; charset=utf-8', OPEN), 'visit'],
  ['as a page', http('200 OK', 'text/html', OPEN), 'not_the_centre'],
  ['as what only begins like JSON', http('200 OK', 'application/jsonp', OPEN), 'not_the_centre'],
  ['without a type', http('200 OK', null, OPEN), 'not_the_centre'],
  [
    'with a byte that is no UTF-8',
    http('200 OK', 'application/json', Buffer.from(OPEN.replace('x', '\xff'), 'latin1')),
    'not_the_centre',
  ],
])('the right words %s are judged by their form', async (_name, answer, kind) => {
  await connect(() => answer);
  expect(await connector.visitState(uuidV7(), idle)).toMatchObject({ kind });
});

it('silence, and an answer that comes by drops, end at the time limit', async () => {
  await connect(() => null);
  expect(await connector.sendBatch(someRecords(1), idle)).toMatchObject(DOWN);
  await server.close();
  await connect(() => 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{', true);
  expect(await connector.sendBatch(someRecords(1), idle)).toMatchObject({ detail: expect.stringContaining('300 ms') });
});

it('nobody there is down, in words', async () => {
  await connect(() => '');
  await server.close();
  const outcome = await connector.sendBatch(someRecords(1), idle);
  expect(outcome).toMatchObject({ kind: 'down', detail: expect.stringContaining('ECONNREFUSED') });
});

it('a call that is given up is down', async () => {
  await connect(() => null);
  const abort = new AbortController();
  const outcome = connector.sendBatch(someRecords(1), abort.signal);
  abort.abort();
  expect(await outcome).toEqual({ kind: 'down', detail: 'the agent is stopping' });
});

it('a stale signature is made again once with the time of the centre, with a new nonce', async () => {
  wallMs = Date.parse('1970-01-01T00:01:00Z');
  await connect(() => json('401 No', { code: 'stale_signature', serverTime: '2026-11-22T02:00:00.000Z' }));
  expect(await connector.sendBatch(someRecords(1), idle)).toMatchObject({ kind: 'down' });
  const created = server.heard.map((text) => Number(/created=(\d+)/.exec(text)?.[1]));
  const nonces = server.heard.map((text) => /nonce="([^"]+)"/.exec(text)?.[1]);
  expect(created).toHaveLength(2);
  expect(created[0]).toBe(60);
  expect(Math.abs(created[1]! - 1_795_312_800)).toBeLessThanOrEqual(1);
  expect(new Set(nonces).size).toBe(2);
});

it('a batch that was made ready goes as it is, once', async () => {
  await connect(() => json('500 Oops', { code: 'internal' }));
  const records = someRecords(3);
  connector.prepare?.(records);
  const [readyId] = ids;
  await connector.sendBatch(records, idle);
  await connector.sendBatch(records, idle);
  const bodies = server.heard.map((text) => {
    const packed = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1');
    return JSON.parse(gunzipSync(packed).toString()) as { batchId: string; records: unknown[] };
  });
  expect(bodies.map((body) => body.records)).toEqual(Array(2).fill(records.map(({ json: text }) => JSON.parse(text))));
  expect(bodies[0]?.batchId).toBe(readyId);
  // Sent again it is another batch.
  expect(ids.slice(1)).toContain(bodies[1]?.batchId);
});

it('a question for the configuration takes 304 only where it named an etag', async () => {
  await connect(() => http('304 Not Modified', null, ''));
  expect(await connector.fetchConfiguration('"7"', idle)).toEqual({ kind: 'unchanged' });
  expect(server.heard[0]).toContain('if-none-match: "7"');
  expect(await connector.fetchConfiguration(null, idle)).toMatchObject(NOT_US);
});

it('a heartbeat may be answered without a body', async () => {
  await connect(() => http('204 No Content', null, ''));
  const counts = {
    pending: 1,
    deferred: 1,
    refused: 0,
    delivered: 0,
    oldestPendingAt: 0,
    nextDueAt: 0,
    nextLegalDueAt: 0,
  };
  const head = { headSeq: 2, headHash: `sha256:${'1'.repeat(64)}` };
  const pulse = {
    counts: { ...counts, ...head },
    assessment: assess([], 0, null),
    link: 'online',
    configuration: null,
  } as const;
  const outcome = await connector.heartbeat(pulse, idle);
  expect(outcome).toEqual({ kind: 'alive' });
});
