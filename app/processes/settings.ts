import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { tctiSchema, USUAL_TPM } from '../../device/identity/keeping/tpm.ts';
import { SUITES } from '../../device/identity/suite/key.ts';

/** What a process of ours is told by its parent, as environment variables. All faults are named at once. */

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['0', '1']).transform((text) => text === '1');
const text = z.string().min(1);

const token = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .default(() => randomBytes(32).toString('base64url'));

const logLevel = z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info');

/** How the shell tells of the operating system's key store: it holds the device's key, or why it does not. */
const systemStore = z.enum(['holds', 'unprotected', 'unavailable']).optional();

const applianceEnvironment = z.object({
  /** The data folder. */
  PINGJIAQI_DATA: text,
  /** Trial mode: marks on every page, sample visits, no sign-in. */
  PINGJIAQI_TRIAL: flag.default(false),
  /** Built-in policy pack to use in trial mode. */
  PINGJIAQI_TRIAL_POLICY: text.optional(),
  /** SHA-256 (hex) of a business client's key that trial mode adds. */
  PINGJIAQI_TRIAL_KEY_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** Serial path of the simulated button box. */
  PINGJIAQI_TRIAL_KEYPAD: text.optional(),
  /** Serial path of a scanner that a bare device takes enrolment codes from, with its speed where that is not 9600. */
  PINGJIAQI_SCANNER: z
    .string()
    .regex(/^[^,]{1,256}(,\d{2,7})?$/, 'a path, or a path and a speed like /dev/ttyUSB0,115200')
    .transform((given) => {
      const [path = '', baudRate = '9600'] = given.split(',');
      return { path, baudRate: Number(baudRate) };
    })
    .optional(),
  /** Folders in which sticks with an enrolment file appear, with colons; the usual ones unless told. */
  PINGJIAQI_STICKS: z
    .string()
    .transform((folders) => folders.split(':').filter((folder) => folder !== ''))
    .optional(),
  /** Where the machine's TPM answers, as tpm2-tools name it; `none`: it is not asked. */
  PINGJIAQI_TPM: z.union([z.literal('none').transform(() => null), tctiSchema]).default(USUAL_TPM),
  PINGJIAQI_SYSTEM_STORE: systemStore,
  /** Signatures and sealing of a new device; one that has its key keeps its suite. */
  PINGJIAQI_SUITE: z.enum(SUITES).default('ed25519'),
  /** Citizen's and technician's pages, loopback; 0: any free port. */
  PINGJIAQI_LOCAL_PORT: port.default(8080),
  /** Staff page and business API, by TLS but in trial mode on loopback. */
  PINGJIAQI_LAN_PORT: port.default(8443),
  /** Where it listens: in trial mode on loopback, else on every address, unless told. */
  PINGJIAQI_LAN_HOST: text.optional(),
  /** Files of the certificate chain and the key (PEM) that the hall gives; without them the device makes its own. */
  PINGJIAQI_LAN_CERTIFICATE: text.optional(),
  PINGJIAQI_LAN_KEY: text.optional(),
  /** Names under which the hall reaches this device, with commas; its host name and bare addresses always count. */
  PINGJIAQI_LAN_NAMES: z
    .string()
    .default('')
    .transform((names) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  /** Tokens of this boot, base64url of 32 bytes, from whoever opens the window; made here where nobody gave them. */
  PINGJIAQI_PAGE_TOKEN: token,
  PINGJIAQI_CONSOLE_TOKEN: token,
  PINGJIAQI_LOG: logLevel,
});
export type ApplianceEnvironment = z.infer<typeof applianceEnvironment>;

const agentEnvironment = z.object({
  PINGJIAQI_DATA: text,
  /** Within so many seconds after a cold boot comes the first contact, by the device's id; 0: at once. */
  PINGJIAQI_FIRST_CONTACT_S: z.coerce.number().min(0).max(600).default(60),
  PINGJIAQI_TRIAL: flag.default(false),
  PINGJIAQI_SYSTEM_STORE: systemStore,
  PINGJIAQI_LOG: logLevel,
});

const centreEnvironment = z.object({
  PINGJIAQI_CENTRE_DATA: text,
  PINGJIAQI_CENTRE_PORT: port.default(0),
  PINGJIAQI_CENTRE_CODE: text,
  PINGJIAQI_CENTRE_POLICY: text.default('neimenggu-2022'),
  /** What a window on trial shows: its own rating screen, or the centre's page in a frame. */
  PINGJIAQI_CENTRE_PAGE: z.enum(['own', 'unified']).default('own'),
  PINGJIAQI_CENTRE_RATING_PATH: z.string().startsWith('/').default('/rate'),
  PINGJIAQI_LOG: logLevel,
});

function read<Schema extends z.ZodType>(schema: Schema, environment: NodeJS.ProcessEnv): z.infer<Schema> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`environment: ${faults.join('; ')}`);
}

export const applianceSettings = (environment = process.env) => read(applianceEnvironment, environment);
export const agentSettings = (environment = process.env) => read(agentEnvironment, environment);
export const centreSettings = (environment = process.env) => read(centreEnvironment, environment);

/** The package's root, from a source in app/processes or a bundle in dist/main: both lie two levels below it. */
export const ROOT = join(import.meta.dirname, '..', '..');
export const PAGES_DIR = join(ROOT, 'dist', 'pages');
export const VOICE_PACKS_DIR = join(ROOT, 'assets', 'voice-packs');
export const KEYPAD_PROFILES_DIR = join(ROOT, 'assets', 'keypad-profiles');
