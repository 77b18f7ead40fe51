import { z } from 'zod';
import { timeSchema } from '../ledger/record.ts';
import { peripheralSettingsSchema } from '../peripherals/settings.ts';

/**
 * The signed configuration of reference-protocol §3, as the device understands it. Unknown keys are refused, not
 * ignored: a setting that somebody believes in and nobody obeys is worse than an error. Pure.
 */

/** Numbers of windows and staff and version labels come as text or as whole numbers; we keep text. */
const label = (max: number) =>
  z
    .union([z.string(), z.int().transform(String)])
    .pipe(z.string().min(1).max(max))
    .describe(`text of 1 to ${max} characters`);

const version = label(64);
const SHA256_HEX = /^[0-9a-f]{64}$/;

export const windowSchema = z.strictObject({
  hall: z.string().max(100),
  number: label(32),
  name: z.string().max(100),
  department: z.string().max(100),
  departmentCode: z.string().max(64),
  regionCode: z.string().regex(/^\d{6}(\d{6})?$/, '6 or 12 digits'),
});

export const staffSchema = z.strictObject({
  id: label(64),
  number: label(32),
  name: z.string().max(64),
  post: z.string().max(64),
  pinHash: z.string().max(256).optional(),
  photo: z.strictObject({ sha256: z.string(), data: z.string() }).optional(),
});

export const clientSchema = z.strictObject({
  id: label(64),
  name: z.string().max(100),
  keySha256: z.string().regex(SHA256_HEX, '64 lower-case hex digits'),
});

/** Each with unit, range and default; none needs a restart. */
export const settingsSchema = z.strictObject({
  /** Which way round the five grades stand on this device. */
  layout: z.enum(['best-left', 'best-right']).default('best-left'),
  /** What is plugged into the device. */
  peripherals: peripheralSettingsSchema.default({}),
  technician: z
    .strictObject({
      /** Key of the one-time codes of this device's maintenance page: 32 random bytes. */
      codeKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url'),
    })
    .optional(),
});

export const configurationSchema = z.strictObject({
  version: z.int().min(1),
  notBefore: z.union([timeSchema, z.iso.datetime({ offset: true })]),
  window: windowSchema,
  items: z.array(z.strictObject({ code: label(64), name: z.string().min(1).max(200) })).max(2000),
  staff: z.array(staffSchema).max(500),
  policy: z.strictObject({ id: z.string().min(1).max(64), version, document: z.looseObject({}).optional() }),
  catalogue: z.strictObject({ version, document: z.looseObject({}).optional() }),
  calendar: z.strictObject({
    version,
    days: z.record(z.string().regex(/^\d{4}-\d\d-\d\d$/), z.enum(['work', 'rest'])).optional(),
  }),
  centre: z.strictObject({ baseUrl: z.url(), ratingPage: z.url() }),
  clients: z.array(clientSchema).max(100),
  settings: settingsSchema.prefault({}),
});
export type Configuration = z.infer<typeof configurationSchema>;

/** Public keys of the centre, as enrolment hands them out (reference-protocol §2). */
export const jwkSchema = z.looseObject({
  kty: z.enum(['OKP', 'EC']),
  crv: z.string(),
  x: z.string(),
  y: z.string().optional(),
  kid: z.string().optional(),
  use: z.enum(['sig', 'enc']).optional(),
});
export const jwksSchema = z.object({ keys: z.array(jwkSchema).min(1).max(16) });
export type Jwks = z.infer<typeof jwksSchema>;
