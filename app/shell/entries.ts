import { join } from 'node:path';
import type { UtilityEntry } from './utility-host.ts';

/** The processes of a device in the order of starting: the agent has nothing to do before the ledger is open. */
export const PROCESS_ORDER = ['appliance', 'agent'] as const;

/**
 * The process entries that the bundle puts beside the shell's own.
 * @param folder where the bundle lies
 * @param dataDir what the processes are given as PINGJIAQI_DATA: the folder of the ledger and the keys
 * @param given further settings, asked for at each start of a process
 */
export function bundledEntries(
  folder: string,
  dataDir: string,
  given: () => Readonly<Record<string, string>>,
): (name: string) => UtilityEntry {
  return (name) => ({ file: join(folder, `${name}.mjs`), args: [], env: { ...given(), PINGJIAQI_DATA: dataDir } });
}
