import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { describeError } from '../../errors.ts';
import { type SignatureAlgorithm, signRequest } from '../../protocol/http-signature.ts';
import type { TrustClock } from '../../trust-clock.ts';
import type { Failure } from '../connector.ts';
import type { HttpClient, HttpReply } from './http.ts';
import { type Answer, type Expected, readReply } from './reply.ts';

/** Signs as the device, without showing its private key: a file, a key store or a chip may be behind it. */
export interface Signer {
  /** The device id. */
  keyId: string;
  alg: SignatureAlgorithm;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export interface Ask<T> {
  method: 'GET' | 'POST';
  /** Below the base URL, with a leading slash. */
  path: string;
  /** JSON text, sent gzipped, or what `pack` made of one. Null for none. */
  content: string | Promise<Buffer> | null;
  headers?: Record<string, string>;
  expected: Expected<T>;
  timeLimitMs: number;
  maxReplyBytes: number;
  signal: AbortSignal;
}

export interface LineParts {
  http: HttpClient;
  /** Without a final slash. */
  base: string;
  signer: Signer;
  trustClock: TrustClock;
  /** Ids never given before: nonces. */
  newId: () => string;
  /** Packs a body as `content-encoding: gzip` says; zlib's thread pool unless told. */
  pack?: (text: string) => Promise<Buffer>;
  /** Makes the headers of reference-protocol §1; RFC 9421 unless told. */
  sign?: typeof signRequest;
}

export type LineAnswer<T> = Exclude<Answer<T>, { kind: 'stale' }>;

export interface Line {
  /** A body made ready before its time. */
  pack(text: string): Promise<Buffer>;
  /** Signs, sends, sorts the reply; a second time when the first signature was stale. Never rejects. */
  ask<T>(ask: Ask<T>): Promise<LineAnswer<T>>;
}

const gzipOnThreads = promisify(gzip);
/** The lightest level: a device's processor is dearer than the few bytes that more work would save. */
const gzipped = (text: string): Promise<Buffer> => gzipOnThreads(text, { level: 1 });

/** Signed requests to one centre (reference-protocol §1). */
export function createLine(parts: LineParts): Line {
  const { http, base, signer, trustClock, pack = gzipped, sign = signRequest } = parts;

  async function signedHeaders(
    ask: Omit<Ask<unknown>, 'expected'>,
    body: Buffer | null,
  ): Promise<Record<string, string>> {
    const signed = await sign({
      method: ask.method,
      url: base + ask.path,
      body,
      keyId: signer.keyId,
      alg: signer.alg,
      // A device that boots at 1970-01-01T00:00:00 would send 0, which some readers take for "not there".
      created: Math.max(1, Math.floor(trustClock.nowMs() / 1000)),
      nonce: parts.newId(),
      sign: (bytes) => signer.sign(bytes),
    });
    const content = body === null ? {} : { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    return { ...ask.headers, ...content, ...signed };
  }

  async function send(ask: Omit<Ask<unknown>, 'expected'>): Promise<HttpReply> {
    const { content } = ask;
    const body = typeof content === 'string' ? await pack(content) : await content;
    const headers = await signedHeaders(ask, body);
    const { method, timeLimitMs, maxReplyBytes, signal } = ask;
    return http.send({ method, url: base + ask.path, headers, body, timeLimitMs, maxReplyBytes, signal });
  }

  async function askOnce<T>(ask: Ask<T>): Promise<Answer<T>> {
    const reply = await send(ask);
    const answer = readReply(reply, ask.expected, trustClock.nowMs());
    if (answer.kind === 'stale' && reply.kind === 'reply') {
      trustClock.observe(answer.serverMs, reply.sentAtMs, reply.receivedAtMs);
    }
    return answer;
  }

  async function ask<T>(given: Ask<T>): Promise<LineAnswer<T>> {
    try {
      const first = await askOnce(given);
      const answer = first.kind === 'stale' ? await askOnce(given) : first;
      return answer.kind === 'stale' ? stillStale() : answer;
    } catch (error) {
      return { kind: 'down', detail: `the request could not be signed: ${describeError(error)}` };
    }
  }

  return { ask, pack };
}

/** Its clock and ours agree now, so it is not the clock. */
function stillStale(): Failure {
  return { kind: 'down', detail: 'the centre calls our signature stale although its own time was used' };
}
