import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { TechnicianDoor } from './enrolment.ts';

/**
 * Says where a running device answers, for `status` and scripts; lies in the data folder while the device runs. The
 * addresses of the loopback pages open them; the console token is for commands. Both are for the device's user alone.
 */
const runtimeSchema = z.object({
  pid: z.int(),
  technician: z.url(),
  staff: z.url(),
  citizen: z.url(),
  /** Null in trial mode, where none is asked for. */
  console: z.string().nullable(),
});
export type Runtime = z.infer<typeof runtimeSchema>;

const pathIn = (dataDir: string) => join(dataDir, 'runtime.json');

export function writeRuntime(dataDir: string, runtime: Runtime): void {
  writeFileSync(pathIn(dataDir), JSON.stringify(runtime), { mode: 0o600 });
}

export function removeRuntime(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true });
}

/** Null where no device was started, or its note is broken: nobody can be asked then. */
export function readRuntime(dataDir: string): Runtime | null {
  try {
    return runtimeSchema.safeParse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8'))).data ?? null;
  } catch {
    return null; // the caller says "not running", which is what a missing or torn file means
  }
}

/** Where a command asks the device; null where none runs. */
export const doorOf = (runtime: Runtime | null): TechnicianDoor | null =>
  runtime === null ? null : { url: runtime.technician, console: runtime.console };
