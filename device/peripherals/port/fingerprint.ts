import { z } from 'zod';
import bridges from '../../../assets/usb-bridges.json' with { type: 'json' };
import type { ListedPort } from './port-list.ts';

const hexId = z.string().regex(/^[0-9a-f]{4}$/, 'four lower-case hex digits');

/** How a USB device is recognised. What is given must fit, and the more is given the more sure the match. */
export const fingerprintSchema = z.strictObject({
  vendorId: hexId,
  productId: hexId,
  manufacturer: z.string().min(1).max(100).optional(),
  product: z.string().min(1).max(100).optional(),
  serialNumber: z.string().min(1).max(100).optional(),
});
export type Fingerprint = z.infer<typeof fingerprintSchema>;

/**
 * Bridge chips that anybody solders into anything: their numbers say which chip it is and nothing of the device behind
 * it, and many have no serial number, so two of them cannot be told apart.
 */
const BRIDGES: ReadonlyMap<string, string> = new Map(
  z
    .array(z.strictObject({ vendorId: hexId, productId: hexId, chip: z.string().min(1).max(40) }))
    .parse(bridges)
    .map(({ vendorId, productId, chip }) => [`${vendorId}:${productId}`, chip]),
);

/** The name of a bridge chip that many kinds of device use; null for anything else. */
export function bridgeOf({ usb }: ListedPort): string | null {
  return usb === null ? null : (BRIDGES.get(`${usb.vendorId}:${usb.productId}`) ?? null);
}

/**
 * How well a port fits: 0 not at all, 1 by vendor and product number, and 1 more for each of manufacturer, product and
 * serial number that is asked for.
 */
export function scoreOf(wanted: Fingerprint, { usb }: ListedPort): number {
  if (usb === null || usb.vendorId !== wanted.vendorId || usb.productId !== wanted.productId) return 0;
  const further = (['manufacturer', 'product', 'serialNumber'] as const).filter((part) => wanted[part] !== undefined);
  return further.every((part) => wanted[part] === usb[part]) ? 1 + further.length : 0;
}

/**
 * - `found`: one port fits better than all others
 * - `none`: no port fits
 * - `ambiguous`: several fit equally, or what fits is a bridge chip of which nothing but the chip is asked for; the port
 *   must be named in the configuration
 */
export type Recognition =
  | { outcome: 'found'; port: ListedPort }
  | { outcome: 'none' }
  | { outcome: 'ambiguous'; ports: ListedPort[]; reason: 'several' | 'bridge_chip' };

/** Looks for a device among the ports. A guess is worse than a question: it could read another box's keys. */
export function recognise(wanted: Fingerprint, ports: readonly ListedPort[]): Recognition {
  const scored = ports.map((port) => ({ port, score: scoreOf(wanted, port) })).filter(({ score }) => score > 0);
  const most = Math.max(0, ...scored.map(({ score }) => score));
  const best = scored.filter(({ score }) => score === most).map(({ port }) => port);
  const [port] = best;
  if (port === undefined) return { outcome: 'none' };
  if (best.length > 1) return { outcome: 'ambiguous', ports: best, reason: 'several' };
  if (most === 1 && bridgeOf(port) !== null) return { outcome: 'ambiguous', ports: best, reason: 'bridge_chip' };
  return { outcome: 'found', port };
}
