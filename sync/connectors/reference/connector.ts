import type { z } from 'zod';
import type { Clock } from '../../../device/clock.ts';
import type { OutboxRecord } from '../../../device/ledger/outbox.ts';
import { formatTime, parseTime } from '../../../device/time.ts';
import { describeError } from '../../errors.ts';
import type { DeviceConnection } from '../../port/contract.ts';
import type { signRequest } from '../../protocol/http-signature.ts';
import {
  batchReplySchema,
  type CentreKeys,
  centreKeysSchema,
  configurationReplySchema,
  type Heartbeat,
  heartbeatReplySchema,
  MAX_BATCH_BYTES,
  MAX_BATCH_RECORDS,
  manifestReplySchema,
  visitStateReplySchema,
} from '../../protocol/messages.ts';
import type { TrustClock } from '../../trust-clock.ts';
import type { Connector, ConnectorFamily, Failure, Pulse } from '../connector.ts';
import { centreAddress } from './address.ts';
import { batchBody, ENVELOPE_BYTES, judgeReply, type ReceiptReader } from './batch.ts';
import { enrolAt } from './enrol.ts';
import { createHttpClient, type HttpClient } from './http.ts';
import { createLine, type Line, type LineAnswer, type Signer } from './line.ts';
import type { Expected, Received } from './reply.ts';

import type { Way } from './way.ts';

export type { Signer } from './line.ts';

export interface ReferenceOptions {
  clock: Clock;
  trustClock: TrustClock;
  /** The device's key for this connection; asked once per connection. */
  signerFor(connection: DeviceConnection): Signer;
  /** A new UUIDv7 each time. */
  newId: () => string;
  /** Of this software: in `User-Agent` and heartbeats, 1–64 characters. */
  version: string;
  /** Names this run of the machine in the heartbeat's clock block; a UUID. */
  bootId: string;
  /** How to reach the centre, asked whenever a connection is opened; directly unless told. */
  way?: () => Way;
  /** Total time for an ordinary request; 20 s unless told. */
  timeLimitMs?: number;
  /** What lies below the protocol: sockets, compression, cryptography. Real ones unless told. */
  edges?: ReferenceEdges;
}

/** For simulations in virtual time, where nothing may wait for a thread or a socket. */
export interface ReferenceEdges {
  openHttp(): HttpClient;
  pack: (text: string) => Promise<Buffer>;
  sign: typeof signRequest;
  readReceipt: ReceiptReader;
}

const TIME_LIMIT_MS = 20_000;
/** How long the centre may hold a question about a visit (reference-protocol §5). */
const LONG_POLL_S = 25;
const MAX_REPLY_BYTES = 4 * 1_048_576;
/** A configuration may carry the photos of a whole hall's staff. */
const MAX_CONFIGURATION_BYTES = 32 * 1_048_576;

/** The connector of reference-protocol.md. */
export function referenceFamily(options: ReferenceOptions): ConnectorFamily {
  const openHttp = (): HttpClient =>
    options.edges?.openHttp() ??
    createHttpClient({
      clock: options.clock,
      userAgent: `pingjiaqi/${options.version}`,
      ...(options.way === undefined ? {} : { way: options.way() }),
    });
  return {
    open: (connection) => openConnector(options, connection, openHttp),
    async enrol(request, signal) {
      let http: HttpClient | null = null;
      try {
        http = openHttp();
        return await enrolAt(http, centreAddress(request.baseUrl), request, signal);
      } catch (error) {
        return { outcome: 'unreachable', detail: describeError(error) };
      } finally {
        http?.close();
      }
    },
  };
}

function openConnector(options: ReferenceOptions, connection: DeviceConnection, openHttp: () => HttpClient): Connector {
  const base = centreAddress(connection.baseUrl);
  const keys = centreKeysSchema.parse(connection.centreKeys);
  const signer = options.signerFor(connection);
  const http = openHttp();
  const { trustClock, newId, edges } = options;
  const below = edges === undefined ? {} : { pack: edges.pack, sign: edges.sign };
  const line = createLine({ http, base, signer, trustClock, newId, ...below });
  const root = `/v1/devices/${encodeURIComponent(connection.deviceId)}`;
  const limits = {
    timeLimitMs: options.timeLimitMs ?? TIME_LIMIT_MS,
    maxReplyBytes: MAX_REPLY_BYTES,
  };
  const parts: Parts = { options, line, keys, root, limits, ready: new WeakMap() };
  return {
    provesDelivery: true,
    // "A rating may come before its visit" (reference-protocol §4).
    needsVisitFirst: false,
    limits: { records: MAX_BATCH_RECORDS, bytes: MAX_BATCH_BYTES - ENVELOPE_BYTES },
    prepare: (records) => prepare(parts, records),
    sendBatch: (records, signal) => sendBatch(parts, records, signal),
    visitState: (visitId, signal) => visitState(parts, visitId, signal),
    fetchConfiguration: (etag, signal) => fetchConfiguration(parts, etag, signal),
    heartbeat: (pulse, signal) => heartbeat(parts, pulse, signal),
    manifest: (question, signal) => manifest(parts, question, signal),
    close: () => http.close(),
  };
}

interface Parts {
  options: ReferenceOptions;
  line: Line;
  keys: CentreKeys;
  root: string;
  limits: { timeLimitMs: number; maxReplyBytes: number };
  /** Batches that wait for the one before them. */
  ready: WeakMap<readonly OutboxRecord[], ReadyBatch>;
}

type Call<K extends keyof Connector> = Connector[K] extends (...given: infer A) => infer R
  ? (parts: Parts, ...given: A) => R
  : never;

/** The centre's time counts from replies that proved to be its own. */
function observe({ options }: Parts, serverTime: string | undefined, reply: Received): void {
  if (serverTime === undefined) return;
  options.trustClock.observe(parseTime(serverTime), reply.sentAtMs, reply.receivedAtMs);
}

/** A batch as it will go, all but its signature: that covers a nonce and the time. */
interface ReadyBatch {
  batchId: string;
  content: Promise<Buffer>;
}

function makeReady({ options, line }: Parts, records: readonly OutboxRecord[]): ReadyBatch {
  const batchId = options.newId();
  const sentAt = formatTime(options.trustClock.nowMs());
  return { batchId, content: line.pack(batchBody(batchId, sentAt, records)) };
}

function prepare(parts: Parts, records: readonly OutboxRecord[]): void {
  const ready = makeReady(parts, records);
  parts.ready.set(records, ready);
  // A fault is told to whoever sends it; of a batch that nobody sends it is nobody's.
  ready.content.catch(() => undefined);
}

const sendBatch: Call<'sendBatch'> = async (parts, records, signal) => {
  const { batchId, content } = parts.ready.get(records) ?? makeReady(parts, records);
  // Sent again it is another batch: an answer must say which of the two it is to.
  parts.ready.delete(records);
  const path = `${parts.root}/records`;
  const answer = await parts.line.ask({
    method: 'POST',
    path,
    content,
    expected: { schema: batchReplySchema },
    signal,
    ...parts.limits,
  });
  if (answer.kind !== 'ok') return answer;
  const outcome = await judgeReply({ batchId, records }, answer.value, parts.keys, parts.options.edges?.readReceipt);
  if (outcome.kind === 'settled') observe(parts, answer.value.serverTime, answer.reply);
  return outcome;
};

const visitState: Call<'visitState'> = async (parts, visitId, signal) => {
  const path = `${parts.root}/visits/${encodeURIComponent(visitId)}?wait=${LONG_POLL_S}`;
  const timeLimitMs = parts.limits.timeLimitMs + LONG_POLL_S * 1000;
  const limits = { ...parts.limits, timeLimitMs };
  const answer = await parts.line.ask({
    method: 'GET',
    path,
    content: null,
    expected: { schema: visitStateReplySchema },
    signal,
    ...limits,
  });
  if (answer.kind !== 'ok') return plainFailure(answer);
  return { kind: 'visit', state: answer.value.state, ratedAt: answer.value.ratedAt ?? null };
};

/** Null: unchanged. */
const configurationSchema = configurationReplySchema.nullable();

const fetchConfiguration: Call<'fetchConfiguration'> = async (parts, etag, signal) => {
  const answer = await parts.line.ask({
    method: 'GET',
    path: `${parts.root}/configuration`,
    content: null,
    headers: etag === null ? {} : { 'if-none-match': etag },
    expected: { schema: configurationSchema, ...(etag === null ? {} : { bodiless: { status: 304, value: null } }) },
    signal,
    ...parts.limits,
    maxReplyBytes: MAX_CONFIGURATION_BYTES,
  });
  if (answer.kind !== 'ok') return plainFailure(answer);
  if (answer.value === null) return { kind: 'unchanged' };
  return { kind: 'configuration', jws: answer.value.configuration, etag: answer.reply.headers.etag ?? null };
};

/** The page fixes no body, so none is an answer too. */
const heartbeatReply: Expected<z.infer<typeof heartbeatReplySchema>> = {
  schema: heartbeatReplySchema,
  bodiless: { status: 204, value: {} },
};

const heartbeat: Call<'heartbeat'> = async (parts, pulse, signal) => {
  const content = JSON.stringify(heartbeatOf(parts.options, pulse));
  const path = `${parts.root}/heartbeats`;
  const ask = {
    method: 'POST',
    path,
    content,
    expected: heartbeatReply,
    signal,
    ...parts.limits,
  } as const;
  const answer = await parts.line.ask(ask);
  if (answer.kind !== 'ok') return plainFailure(answer);
  observe(parts, answer.value.serverTime, answer.reply);
  return { kind: 'alive' };
};

const manifest: Call<'manifest'> = async (parts, { fromSeq, toSeq, head, count }, signal) => {
  const content = JSON.stringify({ fromSeq, toSeq, head, count });
  const path = `${parts.root}/manifests`;
  const expected = { schema: manifestReplySchema };
  const answer = await parts.line.ask({ method: 'POST', path, content, expected, signal, ...parts.limits });
  if (answer.kind !== 'ok') return plainFailure(answer);
  return { kind: 'manifest', missing: answer.value.missing, headMatches: answer.value.headMatches };
};

/** 400 and 413 have a meaning for batches only; elsewhere the centre just does not serve us. */
function plainFailure(answer: Exclude<LineAnswer<unknown>, { kind: 'ok' }>): Failure {
  if (answer.kind === 'malformed' || answer.kind === 'too_large') return { kind: 'down', detail: answer.detail };
  return answer;
}

/** Dates are those of the law; `atRisk` counts every record that is at risk or worse. */
function heartbeatOf(options: ReferenceOptions, { counts, assessment, link, configuration }: Pulse): Heartbeat {
  const { trustClock, clock } = options;
  const time = (ms: number | null): string | null => (ms === null ? null : formatTime(ms));
  const offsetMs = trustClock.offsetMs();
  return {
    seq: counts.headSeq,
    head: counts.headHash,
    pending: counts.pending + counts.deferred,
    oldestPendingAt: time(counts.oldestPendingAt),
    nextDeadlineAt: time(counts.nextLegalDueAt),
    atRisk: assessment.atRisk + assessment.critical + assessment.missed,
    clock: {
      quality: offsetMs === null ? 'unset' : 'synced',
      offsetMs: offsetMs ?? 0,
      bootId: options.bootId,
      monotonicMs: Math.floor(clock.monotonicMs()),
    },
    health: { link, refused: counts.refused, delivered: counts.delivered, configuration },
    version: options.version,
  };
}
