import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../processes/settings.ts';
import type { ForkEntry } from '../supervisor/fork-host.ts';

/** The module of a process: its source where there is one, else what the bundle made of it. */
export function processFile(name: 'appliance' | 'agent' | 'centre'): string {
  const source = join(ROOT, 'app', 'processes', `${name}.ts`);
  return existsSync(source) ? source : join(ROOT, 'dist', 'main', `${name}.mjs`);
}

/** Appliance and agent over one data folder. @param env further settings of the appliance */
export function deviceEntry(name: string, dataDir: string, given: Readonly<Record<string, string>>): ForkEntry {
  // Compiled code is kept beside the data, not in a folder that others may write: a restart then takes half the time. Who
  // starts this process may name another place.
  const env = { ...given, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(dataDir, 'compile-cache') };
  if (name === 'agent') return { file: processFile('agent'), env: { ...env, PINGJIAQI_DATA: dataDir } };
  return { file: processFile('appliance'), env: { ...env, PINGJIAQI_DATA: dataDir } };
}
