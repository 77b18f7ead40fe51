import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where an installed device keeps its data unless told: PINGJIAQI_DATA, else the user's data folder. */
export function defaultDataDir(environment = process.env): string {
  if (environment.PINGJIAQI_DATA) return resolve(environment.PINGJIAQI_DATA);
  const base = environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
  return join(base, 'pingjiaqi');
}
