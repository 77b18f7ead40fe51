import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { canonicalJson } from '../../../device/ledger/canonical-json.ts';
import { signJws } from '../../protocol/jws.ts';
import { type EnrolmentRequest, enrolmentRequestSchema } from '../../protocol/messages.ts';
import type { CentreContext } from '../context.ts';
import { malformed, Refusal } from '../errors.ts';
import { parseBody } from '../parse.ts';

const MAX_BYTES = 65_536;
/** How long a device waits before it asks again whether a person has approved it. */
const APPROVAL_RETRY_S = 5;

/**
 * The id that this request's code leads to, null while a person has to approve.
 * A repeated request gets the same answer: the first reply may have been lost, and the code with it.
 * §2 has no word for a device that is known: this centre's operator gives it a code that leads to the same id, so that
 * chain, records and receipts go on, and the key of that request takes the place of the old one.
 */
function enrol(request: EnrolmentRequest, context: CentreContext): string | null {
  const { codes, devices, clock } = context;
  const key = canonicalJson(request.publicKey);
  const code = codes.find(request.code);
  if (code === null) throw new Refusal(403, 'code_unknown', 'code: as given by the centre');
  if (code.publicKey !== null && code.publicKey !== key) throw new Refusal(403, 'code_used', 'code: one not used yet');
  if (code.deviceId !== null) return code.deviceId;
  if (code.expiresAt !== null && code.expiresAt <= clock.wallMs()) {
    throw new Refusal(403, 'code_expired', 'code: a fresh one');
  }
  codes.claim(request.code, key);
  if (!code.approved) return null;
  const deviceId = code.renews ?? uuidv7({ msecs: clock.wallMs() });
  if (code.renews === null) devices.add(deviceId, request, clock.wallMs());
  else devices.renew(deviceId, request, clock.wallMs());
  codes.complete(request.code, deviceId);
  return deviceId;
}

/** §2: the one request that nobody has signed. */
export function enrolmentRoutes(app: FastifyInstance, context: CentreContext): void {
  app.post('/v1/enrolments', async (request, reply) => {
    const body = await parseBody(request, enrolmentRequestSchema, MAX_BYTES);
    if (body.publicKey.crv === 'SM2' && context.verifySm2 === undefined) {
      throw malformed('publicKey.crv: Ed25519; this centre speaks no 国密');
    }
    const deviceId = context.db.transaction(() => enrol(body, context)).immediate();
    if (deviceId === null) return reply.code(202).send({ retryAfterS: APPROVAL_RETRY_S });
    const { sig, publicKeys } = context.keys;
    const configuration = await signJws(context.configuration(deviceId), { key: sig, kid: sig.kid });
    return reply.code(201).send({ deviceId, centreKeys: publicKeys, configuration });
  });
}
