import type { TechnicianStatus } from '../server/technician/status.ts';
import { ask } from './enrolment.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

/** What the device on a data folder says of itself; null where none answers. */
export async function runningStatus(dataDir: string): Promise<TechnicianStatus | null> {
  const door = doorOf(readRuntime(dataDir));
  if (door === null) return null;
  try {
    return await ask<TechnicianStatus>(door, '/technician/status');
  } catch {
    return null; // nobody answers there: the note was left by a device that was cut off
  }
}
