import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Configuration, StaffRole } from '../identity/configuration.ts';
import type { Hours } from './shift.ts';

/** Who is signed in, as kept with the device's state so that a restart throws nobody out. The token itself is not kept. */
const sessionSchema = z.strictObject({
  tokenSha256: z.string(),
  staffId: z.string(),
  role: z.enum(['window', 'paper_entry', 'paper_review']),
  /** SHA-256 of the PIN's hash: a new PIN ends what the old one began. */
  pinSha256: z.string(),
  /** Wall time, ms since 1970. */
  endsAt: z.number(),
});
export type Session = z.infer<typeof sessionSchema>;
export const sessionsSchema = z.array(sessionSchema);

export const sha256Text = (text: string) => createHash('sha256').update(text).digest('base64url');

/** The people of a configuration and what each may do here. */
export interface Roster {
  people: Configuration['staff'];
  roleOf(staffId: string): StaffRole;
  hours: Hours;
}

export function rosterOf({ staff, settings }: Configuration): Roster {
  return { people: staff, roleOf: (staffId) => settings.roles[staffId] ?? 'window', hours: settings.hours };
}

/** False once the configuration took the person, the role or the PIN away. */
export function isStillGranted({ staffId, role, pinSha256 }: Session, roster: Roster): boolean {
  const pinHash = roster.people.find(({ id }) => id === staffId)?.pinHash;
  return pinHash !== undefined && sha256Text(pinHash) === pinSha256 && roster.roleOf(staffId) === role;
}

/** One clerk stands at a window, and nobody is at two places. */
export function isReplacedBy(session: Session, { staffId, role }: Pick<Session, 'staffId' | 'role'>): boolean {
  return session.staffId === staffId || (session.role === 'window' && role === 'window');
}
