import type { OpenVisit } from '../visit/model.ts';
import type { Configuration } from './configuration.ts';
import { IdentityError } from './errors.ts';
import type { IdentityKey } from './suite/key.ts';
import { ratingLink, signVisitToken, TOKEN_LIFE_S } from './visit-token.ts';

export interface LinkSigner {
  deviceId: string;
  configuration: Configuration;
  /** Signs the token. */
  key: Pick<IdentityKey, 'alg' | 'sign'>;
}

/**
 * What the code of a visit holds, on the screen and on paper (reference-protocol §5). It names the case and no person.
 * @returns null where the case number is too long for a code, or the key does not sign: that costs the code, not the
 *   rating
 */
export function visitLink(visit: OpenVisit, { deviceId, configuration, key }: LinkSigner): string | null {
  const token = {
    v: 1 as const,
    d: deviceId,
    w: configuration.window.number,
    i: visit.visitId,
    c: visit.caseNo,
    n: visit.serviceNo,
    x: Math.floor(visit.servedAt / 1000) + TOKEN_LIFE_S,
  };
  try {
    return ratingLink(configuration.centre.ratingPage, signVisitToken(token, key));
  } catch (error) {
    if (error instanceof IdentityError) return null;
    throw error;
  }
}
