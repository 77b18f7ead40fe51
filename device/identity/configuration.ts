import { z } from 'zod';
import { timeSchema } from '../ledger/record.ts';
import { peripheralSettingsSchema } from '../peripherals/settings.ts';
import { contentSettingsSchema, pictureSchema } from './content-settings.ts';

/**
 * The signed configuration of reference-protocol §3, as the device understands it. Unknown keys are refused, not
 * ignored: a setting that somebody believes in and nobody obeys is worse than an error. Pure.
 *
 * Each setting's `meta` says its title, its unit, its range where the checks do not (`description`), whether it `restart`s
 * the device and whether its value is `secret`; `settings-catalogue.ts` makes the list of all from it.
 */

/** Numbers of windows and staff and version labels come as text or as whole numbers; we keep text. */
const label = (max: number) => z.union([z.string(), z.int().transform(String)]).pipe(z.string().min(1).max(max));

const version = label(64);
const SHA256_HEX = /^[0-9a-f]{64}$/;
/**
 * Password hash of a staff PIN in the PHC string format: `$scrypt$ln=<log2 N>,r=<r>,p=<p>$<salt>$<hash>`, salt 8 to 48
 * and hash 32 bytes in base64 (RFC 4648 §4) without padding. The bounds keep a sign-in under 128 MiB and a second.
 */
export const PIN_HASH = /^\$scrypt\$ln=(1[2-7]),r=([1-8]),p=([1-4])\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{43})$/;
const DAY_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/;

export const windowSchema = z.strictObject({
  hall: z.string().max(100).meta({ title: 'Hall' }),
  number: label(32).meta({ title: 'Number of the window' }),
  name: z.string().max(100).meta({ title: 'Name of the window' }),
  department: z.string().max(100).meta({ title: 'Department' }),
  departmentCode: z.string().max(64).meta({ title: 'Code of the department' }),
  regionCode: z
    .string()
    .regex(/^\d{6}(\d{6})?$/, '6 or 12 digits')
    .meta({ title: 'Code of the region', description: '6 or 12 digits' }),
});

export const staffSchema = z.strictObject({
  id: label(64).meta({ title: 'Id of the person' }),
  number: label(32).meta({ title: 'Staff number' }),
  name: z.string().max(64).meta({ title: 'Name' }),
  post: z.string().max(64).meta({ title: 'Post' }),
  /** A hash nobody could sign in with is a fault of the configuration, so it is refused here and not at the window. */
  pinHash: z
    .string()
    .regex(PIN_HASH, 'scrypt in PHC form, like $scrypt$ln=15,r=8,p=1$<salt>$<hash> (ln 12 to 17, r 1 to 8, p 1 to 4)')
    .meta({ title: 'Hash of the PIN', description: 'scrypt in PHC form', secret: true })
    .optional(),
  photo: pictureSchema.optional(),
});

export const clientSchema = z.strictObject({
  id: label(64).meta({ title: 'Id of the client' }),
  name: z.string().max(100).meta({ title: 'Name of the client' }),
  keySha256: z
    .string()
    .regex(SHA256_HEX, '64 lower-case hex digits')
    .meta({ title: 'Hash of the client’s key', description: '64 lower-case hex digits', secret: true }),
});

const dayTime = (title: string) =>
  z
    .string()
    .regex(DAY_TIME, 'a time of day in Asia/Shanghai, like 08:30')
    .meta({ title, description: '00:00 to 24:00', unit: 'time of day in Asia/Shanghai' });
const hoursSchema = z
  .strictObject({ from: dayTime('Opens at'), to: dayTime('Closes at') })
  .refine(({ from, to }) => from < to, 'from before to');

/**
 * What a person of the roster may do at this device. Whoever serves at the window never sees what a paper form says,
 * and whoever enters it first never enters it again, so a person has one role.
 * - `window`: invites, skips, pauses
 * - `paper_entry`, `paper_review`: first and second entry of paper forms (内蒙古 第十条)
 */
const staffRoleSchema = z.enum(['window', 'paper_entry', 'paper_review']).meta({ title: 'Role of a person' });
export type StaffRole = z.infer<typeof staffRoleSchema>;

/** What a business system may ask. `reminders` tells rated from not rated (林草 第六条), so no client has it unasked. */
const clientScopeSchema = z.enum(['visits', 'reminders']);
const scopesSchema = z.array(clientScopeSchema).meta({ title: 'Scopes of a client' });

/**
 * By which a card laid down as a citizen's is known as one of the staff's own: an event `anomaly` of kind `staff_card`
 * follows, which deletes nothing. Each hash is scrypt (r 8, p 1) of the card's number in capitals under the one salt;
 * a cost of 15 is 32 MiB and some 0.1 s for each card that is laid down.
 */
export const staffCardsSchema = z.strictObject({
  log2Cost: z.int().min(12).max(17).meta({ title: 'Cost of a staff card’s hash', unit: 'log2 N of scrypt' }),
  salt: z
    .string()
    .regex(/^[A-Za-z0-9+/]{22,64}$/, '16 to 48 bytes in base64 without padding')
    .meta({ title: 'Salt of the staff cards', description: '16 to 48 bytes in base64', secret: true }),
  hashes: z
    .array(z.string().regex(/^[A-Za-z0-9+/]{43}$/, '32 bytes in base64 without padding'))
    .max(500)
    .meta({
      title: 'Hashes of the staff’s card numbers',
      description: 'at most 500, 32 bytes in base64',
      secret: true,
    }),
});

/** What may differ from device to device. None needs a restart: `Appliance` takes each up as it runs. */
export const settingsSchema = z.strictObject({
  /** Which way round the five grades stand on this device. */
  layout: z.enum(['best-left', 'best-right']).meta({ title: 'Which way round the grades stand' }).default('best-left'),
  /**
   * Guidance by ear: `offered` by a switch on the screen, or `always`, where the button box alone must do and every
   * press is spoken before it counts. Absent: none. Only for a window with a headset or handset: what a grade is called
   * must not be heard by the staff.
   */
  guide: z.enum(['offered', 'always']).meta({ title: 'Rating by ear' }).optional(),
  /** `unified`: `centre.ratingPage` itself in a frame while it answers (内蒙古 Art 11), else our own screen. */
  page: z.enum(['own', 'unified']).meta({ title: 'Whose rating screen' }).optional(),
  /** Absent: the layout keeps the size that it was drawn for, whatever panel it is on. */
  screen: z
    .strictObject({
      /** Makes the grades 20 mm on this panel (`panel-scale.ts`). A hall's largest has 40, a tablet's densest 400. */
      dpi: z.int().min(40).max(400).meta({ title: 'Dots to an inch of the panel', unit: 'dpi' }),
    })
    .optional(),
  /** What is plugged into the device. */
  peripherals: peripheralSettingsSchema.default({}),
  technician: z
    .strictObject({
      /** Key of the one-time codes of this device's maintenance page: 32 random bytes. */
      codeKey: z
        .string()
        .regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url')
        .meta({ title: 'Key of the maintenance codes', description: '32 bytes in base64url', secret: true }),
    })
    .optional(),
  /** Beside photo and items on the idle screen: marks, notices, pictures, the window's static code. */
  content: contentSettingsSchema.prefault({}),
  /**
   * When the window is open on a working day, in order. Sign-ins end with them (none: with the day), and the screen
   * rests outside of them.
   */
  hours: z.array(hoursSchema).max(4).meta({ title: 'Opening hours of a working day' }).default([]),
  staffCards: staffCardsSchema.optional(),
  /** Roles by staff id; `window` where an id is not named. */
  roles: z.record(label(64), staffRoleSchema).meta({ title: 'Roles by staff id' }).default({}),
  /** Scopes by client id; `visits` alone where an id is not named. */
  scopes: z.record(label(64), scopesSchema).meta({ title: 'Scopes by client id' }).default({}),
});

const documentSchema = z.looseObject({}).meta({ description: 'a document of its own schema' });
const itemSchema = z.strictObject({
  code: label(64).meta({ title: 'Code of the item' }),
  name: z.string().min(1).max(200).meta({ title: 'Name of the item' }),
});
const webAddress = (title: string) => z.url().meta({ title, description: 'URL' });

export const configurationSchema = z.strictObject({
  version: z.int().min(1).meta({ title: 'Version of the configuration', description: '1 or more, never falling' }),
  notBefore: z
    .union([timeSchema, z.iso.datetime({ offset: true })])
    .meta({ title: 'Not to be used before', description: 'RFC 3339 with offset' }),
  window: windowSchema,
  items: z.array(itemSchema).max(2000).meta({ title: 'Items of the window' }),
  staff: z.array(staffSchema).max(500).meta({ title: 'Roster' }),
  policy: z.strictObject({
    id: z.string().min(1).max(64).meta({ title: 'Policy pack' }),
    version: version.meta({ title: 'Version of the policy pack' }),
    document: documentSchema.meta({ title: 'The pack itself' }).optional(),
  }),
  catalogue: z.strictObject({
    version: version.meta({ title: 'Version of the reason catalogue' }),
    document: documentSchema.meta({ title: 'The catalogue itself' }).optional(),
  }),
  calendar: z.strictObject({
    version: version.meta({ title: 'Version of the calendar' }),
    days: z
      .record(z.string().regex(/^\d{4}-\d\d-\d\d$/), z.enum(['work', 'rest']).meta({ title: 'Kind of a day' }))
      .meta({ title: 'Days that differ from Monday to Friday' })
      .optional(),
  }),
  centre: z.strictObject({
    baseUrl: webAddress('Address of the centre'),
    ratingPage: webAddress('Address of the phone’s rating page'),
  }),
  clients: z.array(clientSchema).max(100).meta({ title: 'Business systems that may call' }),
  settings: settingsSchema.prefault({}),
});
export type Configuration = z.infer<typeof configurationSchema>;

/** Origin of the official page that this configuration wants in the frame (内蒙古 Art 11); null where our own screen is it. */
export function officialPageOrigin({ settings, centre }: Configuration): string | null {
  return settings.page === 'unified' ? new URL(centre.ratingPage).origin : null;
}

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
