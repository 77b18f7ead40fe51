import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../durable-file.ts';
import { CodedError } from '../errors.ts';
import { networkSettingsSchema } from './network-settings.ts';
import { SUITES } from './suite/key.ts';

/**
 * What brings a bare device to its centre: typed, on a stick, or in a code before the scanner. Unknown members are
 * refused: a misspelt one would be believed in.
 */

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

const { proxy, ca, nameServers } = networkSettingsSchema.shape;

export const enrolmentOrderSchema = z.strictObject({
  /** Address of the centre; plain HTTP only to this machine (reference-protocol §1). */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine(isSafe, 'https, or http to a loopback address'),
  /** One-time enrolment code. */
  code: z.string().trim().min(1).max(256),
  /** The way to the centre, where it is not the direct one; what is left out stays as it is set. */
  proxy: proxy.unwrap().optional(),
  ca: ca.unwrap().optional(),
  nameServers: nameServers.unwrap().optional(),
  /** Of a device that is enrolled: it makes a new key, and what waits is delivered under that. */
  renew: z.boolean().optional(),
  /** Of the new key; as the present one where left out. */
  suite: z.enum(SUITES).optional(),
});
export type EnrolmentOrder = z.infer<typeof enrolmentOrderSchema>;

const SCHEME = 'pingjiaqi:';

/** `pingjiaqi://enrol?u=https://centre.example&c=K7Q2-9F`: short enough for a code that any scanner reads. */
function fromLink(text: string): unknown {
  const url = URL.parse(text);
  if (url?.protocol !== SCHEME) return null;
  return { baseUrl: url.searchParams.get('u') ?? undefined, code: url.searchParams.get('c') ?? undefined };
}

function contentOf(text: string): unknown {
  try {
    return text.startsWith(SCHEME) ? fromLink(text) : JSON.parse(text);
  } catch {
    return null; // the schema refuses it and says what is needed
  }
}

/**
 * The order in a file or a scanned code.
 * @param from names its place in the error
 * @throws CodedError `order_unusable` with every fault and its path
 */
export function readOrder(text: string, from: string): EnrolmentOrder {
  const content = contentOf(text.trim());
  const parsed = enrolmentOrderSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults =
    content === null
      ? ['order: it is no JSON and no pingjiaqi: link']
      : parsed.error.issues.map((issue) => `${issue.path.join('.') || 'order'}: ${issue.message}`);
  throw new CodedError('order_unusable', `${from}: ${faults.join('; ')}`, {
    next: 'refuse',
    hint: 'It must be JSON like {"baseUrl":"https://centre.example","code":"one-time code"}.',
  });
}

const PENDING = 'enrolment.json';
const pendingSchema = enrolmentOrderSchema.extend({
  /** Name of the key that a renewal asks with. */
  key: z.string().max(64).optional(),
});
/** An order that a centre has not decided yet. */
export type PendingOrder = z.infer<typeof pendingSchema>;

/** Kept until the centre decides, so that a power cut while a person approves costs nothing. */
export function keepPending(dataDir: string, order: PendingOrder): void {
  writeDurably(join(dataDir, PENDING), JSON.stringify(order));
}

export function dropPending(dataDir: string): void {
  rmSync(join(dataDir, PENDING), { force: true });
}

/** Null where none waits; a torn file counts as none, its order is at hand with whoever brought it. */
export function pendingOrder(dataDir: string): PendingOrder | null {
  try {
    return pendingSchema.safeParse(JSON.parse(readFileSync(join(dataDir, PENDING), 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}
