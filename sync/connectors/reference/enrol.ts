import { z } from 'zod';
import type { EnrolOutcome, EnrolRequest } from '../../port/contract.ts';
import {
  type EnrolledReply,
  enrolledReplySchema,
  enrolmentPendingReplySchema,
  enrolmentRefusedReplySchema,
} from '../../protocol/messages.ts';
import type { HttpClient, HttpReply } from './http.ts';
import { type Answer, readReply } from './reply.ts';

const ENROL_LIMIT_MS = 30_000;
const MAX_REPLY_BYTES = 32 * 1_048_576;
const DEFAULT_RETRY_AFTER_S = 30;

const replySchema = z.union([enrolledReplySchema, enrolmentPendingReplySchema]);
type Reply = z.infer<typeof replySchema>;

/** Sends one unsigned `POST /v1/enrolments` (reference-protocol §2); the private key has no part in it. Never rejects. */
export async function enrolAt(
  http: HttpClient,
  base: string,
  request: EnrolRequest,
  signal: AbortSignal,
): Promise<EnrolOutcome> {
  const { code, publicKey, hardware } = request;
  const reply = await http.send({
    method: 'POST',
    url: `${base}/v1/enrolments`,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ code, publicKey, hardware }), 'utf8'),
    timeLimitMs: ENROL_LIMIT_MS,
    maxReplyBytes: MAX_REPLY_BYTES,
    signal,
  });
  return refusalOf(reply) ?? outcomeOf(readReply(reply, { schema: replySchema }, Number.NaN));
}

/** 403 with one of the three codes of §2; any other 403 is somebody else's. */
function refusalOf(reply: HttpReply): EnrolOutcome | null {
  if (reply.kind !== 'reply' || reply.status !== 403) return null;
  const answer = readReply({ ...reply, status: 200 }, { schema: enrolmentRefusedReplySchema }, Number.NaN);
  if (answer.kind !== 'ok') return null;
  const { code } = answer.value;
  return { outcome: 'refused', code, message: REFUSALS[code] };
}

const REFUSALS = {
  code_unknown: 'The centre does not know this code: read it again, or ask for a new one.',
  code_used: 'Another device has used this code: ask for a new one.',
  code_expired: 'This code is too old: ask for a new one.',
};

function isEnrolled(reply: Reply): reply is EnrolledReply {
  return 'deviceId' in reply;
}

function outcomeOf(answer: Answer<Reply>): EnrolOutcome {
  switch (answer.kind) {
    case 'ok':
      if (isEnrolled(answer.value)) return { outcome: 'enrolled', ...answer.value };
      return { outcome: 'waiting', retryAfterS: Math.ceil(answer.value.retryAfterS) };
    case 'busy':
      return {
        outcome: 'waiting',
        retryAfterS: Math.ceil((answer.retryAfterMs ?? DEFAULT_RETRY_AFTER_S * 1000) / 1000),
      };
    case 'malformed':
    case 'too_large':
    case 'unauthorised':
      return { outcome: 'refused', code: answer.kind, message: answer.detail };
    case 'stale':
      return { outcome: 'unreachable', detail: 'the centre asked for a signature, which an enrolment has not' };
    case 'down':
    case 'not_the_centre':
      return { outcome: 'unreachable', detail: answer.detail };
  }
}
