import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { CodedError } from '../../../device/errors.ts';
import type { ApplianceApi } from '../api.ts';

const NO_KEY = Buffer.alloc(32);

/**
 * The client whose key the request carries (`Authorization: Bearer <key>`). Keys are known here only by SHA-256; every
 * client is compared, in constant time each, so that the answer's time tells nothing.
 * @throws CodedError `unauthorized`
 */
export function authenticate(request: FastifyRequest, api: ApplianceApi): string {
  const [scheme, key, ...rest] = (request.headers.authorization ?? '').split(' ');
  const given = createHash('sha256')
    .update(key ?? '')
    .digest();
  let client: string | null = null;
  for (const { id, keySha256 } of api.clients()) {
    const wanted = Buffer.from(keySha256, 'hex');
    if (timingSafeEqual(given, wanted.length === given.length ? wanted : NO_KEY)) client = id;
  }
  if (client !== null && scheme?.toLowerCase() === 'bearer' && rest.length === 0) return client;
  throw new CodedError('unauthorized', 'no valid client key', {
    next: 'refuse',
    hint: 'Send "Authorization: Bearer <key>" with a key of a client in the configuration of this device.',
  });
}

/**
 * What a key may ask beyond being known.
 * @throws CodedError `unauthorized`, `scope_missing`
 */
export function requireScope(request: FastifyRequest, api: ApplianceApi, scope: 'visits' | 'reminders'): void {
  const client = authenticate(request, api);
  if (api.scopesOf(client).includes(scope)) return;
  throw new CodedError('scope_missing', `this key has no scope "${scope}"`, {
    next: 'refuse',
    hint: 'Scopes are settings.scopes in the configuration of this device.',
  });
}
