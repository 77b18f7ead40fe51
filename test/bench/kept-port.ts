import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

/** The centre's port of this data folder: an enrolled device comes back to the address that it knows. */
export async function keptPort(dataDir: string): Promise<number> {
  const file = join(dataDir, 'centre-port');
  if (existsSync(file)) return Number(readFileSync(file, 'utf8'));
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  writeFileSync(file, String(port));
  return port;
}
