import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What changes a disk, as far as our own code calls it; everything that it starts runs between two of these. */
const CHANGING = [
  'openSync',
  'writeSync',
  'renameSync',
  'rmSync',
  'symlinkSync',
  'mkdirSync',
  'fsyncSync',
  'createWriteStream',
] as const;

export class PowerCut extends Error {}

/**
 * Runs something on a disk that takes no change any more from the n-th one on: what is left there is what a power cut
 * before that step leaves, since the clearing up of a process that is still alive fails as well.
 * @param dieAt 1 or more
 * @returns whether it got through before
 */
export async function diesAt(dieAt: number, run: () => Promise<unknown>): Promise<boolean> {
  const functions = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  const real = new Map(CHANGING.map((name) => [name, functions[name]]));
  let steps = 0;
  for (const [name, original] of real) {
    functions[name] = (...args) => {
      steps += 1;
      if (steps >= dieAt) throw new PowerCut(`${name} after the power went`);
      return original?.(...args);
    };
  }
  syncBuiltinESMExports();
  try {
    await run();
    return true;
  } catch (error) {
    if (error instanceof PowerCut) return false;
    throw error;
  } finally {
    Object.assign(functions, Object.fromEntries(real));
    syncBuiltinESMExports();
  }
}
