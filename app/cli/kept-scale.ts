import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * The scale that the window had last, beside the browser's profile: a browser takes one at its start only, and without
 * this every morning would begin with a window that is exchanged.
 */
const schema = z.strictObject({ scale: z.number().min(1).max(5) });

const pathIn = (profileDir: string) => join(profileDir, 'window-scale.json');

/** Null where the window has the system's own; a note that cannot be read is none, and the device says the scale anew. */
export function keptScale(profileDir: string): number | null {
  try {
    return schema.parse(JSON.parse(readFileSync(pathIn(profileDir), 'utf8'))).scale;
  } catch {
    return null;
  }
}

export function keepScale(profileDir: string, scale: number | null): void {
  if (scale === null) rmSync(pathIn(profileDir), { force: true });
  else writeFileSync(pathIn(profileDir), JSON.stringify({ scale }), { mode: 0o600 });
}
