import { z } from 'zod';
import { caseNoSchema, serviceNoSchema, uuidSchema } from '../ledger/record.ts';
import { IdentityError } from './errors.ts';
import type { IdentityKey } from './suite/key.ts';

/** The token in the QR of a visit (reference-protocol §5): readable by the centre alone, without any network here. */

export const visitTokenSchema = z.strictObject({
  v: z.literal(1),
  /** Device id. */
  d: z.string().min(1).max(128),
  /** Window number. */
  w: z.string().min(1).max(32),
  /** Visit id. */
  i: uuidSchema,
  c: caseNoSchema,
  n: serviceNoSchema,
  /** Expiry, seconds since 1970; at most 24 h after the service. */
  x: z.int().min(0),
});
export type VisitToken = z.infer<typeof visitTokenSchema>;

export const TOKEN_MAX_BYTES = 400;
export const TOKEN_LIFE_S = 24 * 3600;

const base64url = (text: string) => Buffer.from(text, 'utf8').toString('base64url');

/**
 * A compact JWS over the token.
 * @param key of the device; its header says `EdDSA` (RFC 8037) or, since no RFC names SM2, `sm2-sm3` as §1 does
 * @throws IdentityError `token_too_long` above 400 bytes: a QR that a phone cannot read helps nobody
 */
export function signVisitToken(token: VisitToken, key: Pick<IdentityKey, 'alg' | 'sign'>): string {
  const alg = key.alg === 'ed25519' ? 'EdDSA' : key.alg;
  const input = `${base64url(JSON.stringify({ alg }))}.${base64url(JSON.stringify(visitTokenSchema.parse(token)))}`;
  const jws = `${input}.${key.sign(Buffer.from(input)).toString('base64url')}`;
  if (jws.length <= TOKEN_MAX_BYTES) return jws;
  throw new IdentityError('token_too_long', `the visit token has ${jws.length} bytes, ${TOKEN_MAX_BYTES} are allowed`, {
    next: 'refuse',
    hint: 'Use a shorter case number; the rating on the screen works all the same.',
  });
}

/** Where the citizen's phone goes: the token travels in the fragment, which no server or proxy logs. */
export function ratingLink(ratingPage: string, token: string): string {
  return `${ratingPage}#t=${token}`;
}
