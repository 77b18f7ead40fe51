import type { FastifyRequest } from 'fastify';
import { CodedError } from '../../../device/errors.ts';
import type { StaffRole } from '../../../device/identity/configuration.ts';
import type { Session } from '../../../device/staff/session.ts';
import { StaffError } from '../../../device/staff/staff-error.ts';
import type { ApplianceApi } from '../api.ts';
import { sessionToken } from './session-cookie.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * Whether people may use a page of theirs over this connection: a PIN and a session cookie travel only where nobody
 * listens, on the machine itself or over TLS. Trial mode has nothing to protect.
 * @throws CodedError `forbidden`
 */
export function requireSafeLine(request: FastifyRequest, api: ApplianceApi): void {
  if (api.trial || request.protocol === 'https' || LOOPBACK.has(request.ip)) return;
  throw new CodedError('forbidden', 'staff pages are served over TLS or on the device itself only', {
    next: 'refuse',
    hint: 'Open the page by https://.',
  });
}

/** The session that the request's cookie names; null where it names none. */
export function sessionOf(request: FastifyRequest, api: ApplianceApi): Session | null {
  const token = sessionToken(request);
  return token === null ? null : api.people.session(token);
}

/** @throws StaffError `not_signed_in`, `role_missing` */
export function requireRole(request: FastifyRequest, api: ApplianceApi, roles: readonly StaffRole[]): Session {
  const session = sessionOf(request, api);
  if (session === null) throw new StaffError('not_signed_in', 'nobody is signed in here');
  if (!roles.includes(session.role))
    throw new StaffError('role_missing', 'this is not the task of whoever is signed in');
  return session;
}

/** Who may work at the window: whoever signed in there, and in trial mode anybody (design §7). */
export function requireWindowRole(request: FastifyRequest, api: ApplianceApi): void {
  if (!api.trial) requireRole(request, api, ['window']);
}
