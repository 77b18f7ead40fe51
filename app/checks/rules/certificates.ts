import type { Facts } from '../facts.ts';
import { type Finding, fail, pass, warn } from '../finding.ts';
import { dayText } from '../time-text.ts';

const DAY_MS = 86_400_000;
/** A hall needs so long to get a certificate signed and brought. */
const SOON_MS = 30 * DAY_MS;

function byEnd(id: string, validUntil: number, nowMs: number, fill: Finding['fill']): Finding {
  const known = { ...fill, until: dayText(validUntil), days: Math.floor((validUntil - nowMs) / DAY_MS) };
  if (validUntil <= nowMs) return fail(id, 'ended', known);
  return validUntil - nowMs < SOON_MS ? warn(id, 'ends_soon', known) : pass(id, 'valid', known);
}

/** What the hall's browsers and business systems are shown. */
export function lanCertificateRule({ lanCertificate: lan, nowMs }: Facts): Finding[] {
  if (lan === undefined) return [];
  if (lan === null) return [pass('lan_certificate', 'trial')];
  const { fingerprint, source, fault, validUntil } = lan;
  if (fault !== null) return [fail('lan_certificate', 'hall_unusable', { fault, fingerprint })];
  return [byEnd('lan_certificate', validUntil, nowMs, { fingerprint, source })];
}

export function authorityRule({ authorities, nowMs }: Facts): Finding[] {
  if (authorities === undefined) return [];
  if ('fault' in authorities) return [fail('authority', 'unreadable', { ...authorities })];
  if (authorities.length === 0) return [pass('authority', 'none')];
  return authorities.map(({ fingerprint, validUntil }, index) =>
    byEnd(`authority:${index + 1}`, validUntil, nowMs, { fingerprint }),
  );
}

/** As it was seen on the last walk; the device does not renew it, so its owner wants to know in time. */
export function centreCertificateRule({ centre, nowMs }: Facts): Finding[] {
  const validUntil = centre?.certificateUntil ?? null;
  return validUntil === null ? [] : [byEnd('centre_certificate', validUntil, nowMs, {})];
}
