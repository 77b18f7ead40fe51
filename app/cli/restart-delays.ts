import { z } from 'zod';
import { RESTART_DELAYS_MS } from '../supervisor/restart.ts';

/** Of every delay; a device that is away for longer is out of service. */
const MAX_DELAY_MS = 600_000;

const schema = z
  .string()
  .regex(/^\d{1,6}(,\d{1,6}){0,19}$/, '1 to 20 whole numbers of ms with commas between, for example 200,1000,5000')
  .transform((text) => text.split(',').map(Number))
  .refine((delays) => delays.every((delay) => delay <= MAX_DELAY_MS), `no delay above ${MAX_DELAY_MS} ms`);

/**
 * The delays in ms before the 1st, 2nd … restart of a process of the demo: the product's list, or the one in
 * `PINGJIAQI_RESTART_DELAYS_MS`. A test that kills hundreds of times would else spend its hours in the last delay.
 * @throws Error that names the variable and what would be right
 */
export function restartDelaysMs(environment: NodeJS.ProcessEnv): readonly number[] {
  const text = environment.PINGJIAQI_RESTART_DELAYS_MS;
  if (text === undefined) return RESTART_DELAYS_MS;
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new Error(`environment: PINGJIAQI_RESTART_DELAYS_MS: ${parsed.error.issues[0]?.message}`);
}
