import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type LoadedVoicePack, readVoicePack } from '../../device/peripherals/voice/read-pack.ts';

/**
 * The voice packs that a device plays: those that are shipped, and the hall's own, which replace the one of their
 * language. A pack at fault is left out and told; the shipped one stays.
 * @param onFault takes what is wrong with a pack; it stops nothing
 */
export async function readVoicePacks(
  shippedDir: string,
  hallDir: string,
  onFault: (error: unknown) => void,
): Promise<LoadedVoicePack[]> {
  const byLanguage = new Map<string, LoadedVoicePack>();
  for (const folder of [...(await foldersOf(shippedDir)), ...(await foldersOf(hallDir))]) {
    try {
      const pack = await readVoicePack(folder);
      byLanguage.set(pack.manifest.language, pack);
    } catch (error) {
      onFault(error);
    }
  }
  return [...byLanguage.values()];
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
