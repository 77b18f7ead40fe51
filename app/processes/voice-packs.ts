import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type LoadedVoicePack, readVoicePack } from '../../device/peripherals/voice/read-pack.ts';

export interface VoicePacks {
  packs: LoadedVoicePack[];
  /** What is wrong with the packs that are left out. */
  faults: Error[];
}

/**
 * The voice packs that a device plays: those that are shipped, and the hall's own, which replace the one of their
 * language. A pack at fault is left out and stops nothing; the shipped one stays.
 */
export async function readVoicePacks(shippedDir: string, hallDir: string): Promise<VoicePacks> {
  const byLanguage = new Map<string, LoadedVoicePack>();
  const faults: Error[] = [];
  for (const folder of [...(await foldersOf(shippedDir)), ...(await foldersOf(hallDir))]) {
    try {
      const pack = await readVoicePack(folder);
      byLanguage.set(pack.manifest.language, pack);
    } catch (error) {
      // Whatever it is: a device without a voice takes ratings, one that does not start takes none.
      faults.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return { packs: [...byLanguage.values()], faults };
}

/** In the order of their names; none where there is no such folder. */
async function foldersOf(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(dir, name))
    .sort();
}
