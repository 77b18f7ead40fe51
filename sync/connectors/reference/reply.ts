import type { z } from 'zod';
import { parseTime } from '../../../device/time.ts';
import { problemSchema, staleSignatureSchema } from '../../protocol/messages.ts';
import { parseRetryAfter } from '../../retry.ts';
import type { Failure } from '../connector.ts';
import type { HttpReply } from './http.ts';

/** Sorting what came back: the centre's word, its trouble, or somebody else's page (reference-protocol §1, §4). Pure. */

export type Received = Extract<HttpReply, { kind: 'reply' }>;

export type Answer<T> =
  | Failure
  | { kind: 'ok'; value: T; reply: Received }
  | { kind: 'too_large'; detail: string }
  | { kind: 'malformed'; detail: string }
  /** The centre's clock, ms since 1970; ours is too far from it. */
  | { kind: 'stale'; serverMs: number };

const utf8 = new TextDecoder('utf-8', { fatal: true });

const notTheCentre = (detail: string): Failure => ({ kind: 'not_the_centre', detail });

/** The JSON value of a body, or null where it is none: JSON's own null is no shape that a centre sends. */
function jsonOf(reply: Received): unknown {
  if (!/^application\/json\s*(?:;|$)/i.test(reply.headers['content-type'] ?? '')) return null;
  try {
    return JSON.parse(utf8.decode(reply.body));
  } catch {
    // Not a fault of ours to report: the caller names it "not the centre".
    return null;
  }
}

function describe(reply: Received): string {
  const type = reply.headers['content-type']?.slice(0, 80) ?? 'no content type';
  const guess = reply.status >= 300 && reply.status < 400 ? 'a redirect' : 'something else than the centre';
  return `${guess} answered (HTTP ${reply.status}, ${type}); is there a login page in the way?`;
}

/** What a good answer looks like. */
export interface Expected<T> {
  /** Of the JSON body of a 2xx. */
  schema: z.ZodType<T>;
  /** A status whose answer has no body, and what it stands for. */
  bodiless?: { status: number; value: T };
}

/** @param nowMs the centre's time as far as known, for a `Retry-After` date; NaN where none is */
export function readReply<T>(reply: HttpReply, expected: Expected<T>, nowMs: number): Answer<T> {
  if (reply.kind === 'down') return reply;
  const { status } = reply;
  if (status === expected.bodiless?.status) return { kind: 'ok', value: expected.bodiless.value, reply };
  if (status === 429 || status === 503) {
    const retryAfterMs = parseRetryAfter(reply.headers['retry-after'], nowMs);
    return { kind: 'busy', detail: `the centre is busy (HTTP ${status})`, retryAfterMs };
  }
  if (status >= 500) return { kind: 'down', detail: `the centre has a fault of its own (HTTP ${status})` };
  const json = jsonOf(reply);
  if (json === null) return notTheCentre(describe(reply));
  if (status >= 200 && status < 300) {
    const value = expected.schema.safeParse(json);
    return value.success ? { kind: 'ok', value: value.data, reply } : notTheCentre(describe(reply));
  }
  return readProblem(reply, json);
}

function readProblem(reply: Received, json: unknown): Answer<never> {
  const problem = problemSchema.safeParse(json);
  if (!problem.success) return notTheCentre(describe(reply));
  const { code, message = '' } = problem.data;
  const detail = `${code} ${message}`.trim().slice(0, 500);
  if (reply.status === 401) return readUnauthorised(json, code, detail, reply);
  if (reply.status === 413) return { kind: 'too_large', detail };
  if (reply.status === 400) return { kind: 'malformed', detail };
  return { kind: 'down', detail: `the centre refused the request (HTTP ${reply.status}, ${detail})` };
}

function readUnauthorised(json: unknown, code: string, detail: string, reply: Received): Answer<never> {
  const stale = staleSignatureSchema.safeParse(json);
  if (stale.success) return { kind: 'stale', serverMs: parseTime(stale.data.serverTime) };
  if (code === 'unknown_device' || code === 'revoked') return { kind: 'unauthorised', code, detail };
  return notTheCentre(describe(reply));
}
