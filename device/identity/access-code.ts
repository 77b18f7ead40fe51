import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * One-time codes by which a technician opens the maintenance page of one device without any network: whoever holds the
 * device's code key at the centre reads the code out over the telephone. Pure.
 */

/** `look`: see everything, change nothing. `change`: all of it. */
export const ACCESS_ROLES = ['look', 'change'] as const;
export type AccessRole = (typeof ACCESS_ROLES)[number];

/** As long as a person types without a slip; five tries in a quarter of an hour leave a guess 1 in 10⁷. */
export const CODE_DIGITS = 8;
export const CODE_KEY_BYTES = 32;

const HOUR_MS = 3_600_000;
/** A code that was read out just before the hour still opens for so long after it. */
const LATE_MS = 15 * 60_000;
/** The issuer's clock may be ahead of the device's by so much. */
const EARLY_MS = 5 * 60_000;

export interface CodeFor {
  deviceId: string;
  role: AccessRole;
  /** Whole hours since 1970, UTC. */
  hour: number;
}

export const hourOf = (wallMs: number): number => Math.floor(wallMs / HOUR_MS);

/**
 * The code of one device, role and hour: HMAC-SHA-256, cut to digits as RFC 4226 §5.3 does.
 * @param key 32 bytes, known to the device and to whoever issues codes
 * @returns 8 decimal digits
 */
export function accessCode(key: Buffer, { deviceId, role, hour }: CodeFor): string {
  const mac = createHmac('sha256', key).update(`pingjiaqi access 1\n${role}\n${hour}\n${deviceId}`).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** CODE_DIGITS).padStart(CODE_DIGITS, '0');
}

/**
 * What a code opens on a device now; null where it opens nothing.
 * @param code as typed; anything but 8 digits is simply wrong
 * @param wallMs ms since 1970, as the device believes
 */
export function readAccessCode(
  key: Buffer,
  deviceId: string,
  code: string,
  wallMs: number,
): { role: AccessRole; hour: number } | null {
  if (!/^\d{8}$/.test(code)) return null;
  const hours = new Set([hourOf(wallMs), hourOf(wallMs - LATE_MS), hourOf(wallMs + EARLY_MS)]);
  for (const hour of hours) {
    for (const role of ACCESS_ROLES) {
      const wanted = Buffer.from(accessCode(key, { deviceId, role, hour }));
      if (timingSafeEqual(wanted, Buffer.from(code))) return { role, hour };
    }
  }
  return null;
}
