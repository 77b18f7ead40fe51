import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

/** What a demo that is started again on the same data must find unchanged: pages, clerk's system and device know it. */
const settingsSchema = z.object({ localPort: z.int(), lanPort: z.int(), centrePort: z.int(), apiKey: z.string() });
export type DemoSettings = z.infer<typeof settingsSchema>;

const pathIn = (dataDir: string) => join(dataDir, 'demo.json');

/** Held open together until all are known, so that no port comes twice. */
async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(probes.map((probe) => once(probe, 'listening')));
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port);
  await Promise.all(probes.map((probe) => once(probe.close(), 'close')));
  return ports;
}

async function newSettings(apiKey: string): Promise<DemoSettings> {
  const [localPort = 0, lanPort = 0, centrePort = 0] = await freePorts(3);
  return { apiKey, localPort, lanPort, centrePort };
}

function readSettings(dataDir: string): DemoSettings | null {
  try {
    return settingsSchema.parse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${pathIn(dataDir)} is damaged; remove it to let the demo choose new ports`, { cause: error });
  }
}

/** The kept settings of this folder, or new ones. A port base given by hand wins over kept ports. */
export async function demoSettings(dataDir: string, portBase: number | null): Promise<DemoSettings> {
  const kept = readSettings(dataDir);
  const apiKey = kept?.apiKey ?? randomBytes(24).toString('base64url');
  const settings =
    portBase === null
      ? (kept ?? (await newSettings(apiKey)))
      : { apiKey, localPort: portBase, lanPort: portBase + 1, centrePort: portBase + 2 };
  writeFileSync(pathIn(dataDir), JSON.stringify(settings), { mode: 0o600 });
  return settings;
}
