import { formatTime, parseTime } from '../../device/time.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { peekJws, type VerifySm2, verifyJwsByKey } from '../protocol/jws.ts';
import {
  type DeviceKey,
  MAX_TOKEN_BYTES,
  type PhoneRating,
  type PhoneToken,
  phoneTokenSchema,
} from '../protocol/messages.ts';
import type { CentreContext } from './context.ts';
import { Refusal } from './errors.ts';
import type { GivenRating } from './standing-rating.ts';
import type { Device } from './storage/devices.ts';

/** A citizen's rating on a phone, by the token of the QR code (reference-protocol §5). */

/** `x` is at most so long after the service; both times are the device's own, `x` in whole seconds. */
const MAX_VALIDITY_MS = 24 * 3_600_000 + 999;

function invalid(message: string): Refusal {
  return new Refusal(400, 'token_invalid', `token: ${message}`);
}

/** A code on a slip outlives the key that signed it: it is good for a day. */
function keysFor({ deviceId, publicKey }: Device, { devices, clock }: CentreContext): DeviceKey[] {
  return [publicKey, ...devices.formerKeys(deviceId, clock.wallMs() - MAX_VALIDITY_MS)];
}

async function verified(token: string, context: CentreContext): Promise<PhoneToken> {
  const { devices, verifySm2 } = context;
  if (Buffer.byteLength(token) > MAX_TOKEN_BYTES) throw invalid(`at most ${MAX_TOKEN_BYTES} bytes`);
  try {
    const device = devices.find(peekJws(token, phoneTokenSchema).d);
    if (device === null || device.revoked) throw invalid('by a device of this centre');
    return await verifyByAny(token, keysFor(device, context), verifySm2);
  } catch (error) {
    throw error instanceof ProtocolError ? invalid(error.message) : error;
  }
}

/** @throws ProtocolError of the last key */
async function verifyByAny(token: string, keys: readonly DeviceKey[], verifySm2?: VerifySm2): Promise<PhoneToken> {
  const [key, ...others] = keys;
  if (key === undefined) throw invalid('by a device of this centre');
  try {
    return await verifyJwsByKey(token, key, phoneTokenSchema, verifySm2);
  } catch (error) {
    if (others.length === 0) throw error;
    return verifyByAny(token, others, verifySm2);
  }
}

function checkExpiry(token: PhoneToken, { clock, records }: CentreContext): void {
  if (token.x * 1000 <= clock.wallMs()) throw new Refusal(410, 'token_expired', 'token: the time to rate is over');
  // The visit may not have arrived yet; then the device's word alone counts.
  const visit = records.visit(token.d, token.i);
  if (visit !== null && token.x * 1000 > parseTime(visit.servedAt) + MAX_VALIDITY_MS) {
    throw invalid('valid for at most 24 h after the service');
  }
}

function ratingOf(token: PhoneToken, given: PhoneRating, now: number): GivenRating {
  const ratedAt = formatTime(now);
  return {
    id: `phone:${token.i}`,
    visitId: token.i,
    caseNo: token.c,
    serviceNo: token.n,
    level: given.level,
    channel: 'phone',
    tags: given.tags ?? [],
    comment: given.comment ?? null,
    revision: 1,
    ratedAt,
    receivedAt: ratedAt,
  };
}

/**
 * Takes a phone rating; it opens the visit from the token alone where the device has been silent so far.
 * @throws Refusal 400 `token_invalid`, 410 `token_expired`, 409 `already_rated` (one phone rating per visit)
 */
export async function takePhoneRating(
  given: PhoneRating,
  context: CentreContext,
): Promise<{ visitId: string; state: 'rated' }> {
  const token = await verified(given.token, context);
  checkExpiry(token, context);
  if (!context.phoneRatings.add(token.d, ratingOf(token, given, context.clock.wallMs()))) {
    throw new Refusal(409, 'already_rated', 'token: this visit was rated on a phone before');
  }
  context.watch.rated(token.d, token.i);
  return { visitId: token.i, state: 'rated' };
}
