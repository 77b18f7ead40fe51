import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enrolAt } from '../../app/cli/enrolment.ts';
import { deviceEntry, processFile } from '../../app/cli/entries.ts';
import { type ForkEntry, forkHost } from '../../app/supervisor/fork-host.ts';
import { Supervisor } from '../../app/supervisor/supervisor.ts';
import { systemClock } from '../../device/clock.ts';
import { keptPort } from './kept-port.ts';

const SWIFT_APPLIANCE = fileURLToPath(new URL('./appliance-process.ts', import.meta.url));

export interface ProductOptions {
  /** Kept by the caller; a second start on it goes on from the first. */
  dataDir: string;
  /** The appliance whose last screen ends at once; the product's own otherwise. */
  swift: boolean;
}

/** Centre, appliance and agent as three processes under a supervisor, enrolled. */
export interface Product {
  urls: { citizen: string; technician: string; api: string };
  apiKey: string;
  pids: { appliance: number; agent: number };
  stop(): Promise<void>;
}

const CODE = 'bench-code';

/** @throws Error where a process does not start or the enrolment is refused; all are stopped then */
export async function startProduct({ dataDir, swift }: ProductOptions): Promise<Product> {
  const apiKey = randomBytes(16).toString('hex');
  const appliance = {
    PINGJIAQI_TRIAL: '1',
    PINGJIAQI_TRIAL_KEY_SHA256: createHash('sha256').update(apiKey).digest('hex'),
    PINGJIAQI_LOCAL_PORT: '0',
    PINGJIAQI_LAN_PORT: '0',
    PINGJIAQI_LOG: 'error',
  };
  const centre = { PINGJIAQI_CENTRE_DATA: join(dataDir, 'centre'), PINGJIAQI_CENTRE_CODE: CODE };
  const centrePort = await keptPort(dataDir);
  const entryOf = (name: string): ForkEntry => {
    if (name === 'centre') {
      return { file: processFile('centre'), env: { ...centre, PINGJIAQI_CENTRE_PORT: String(centrePort) } };
    }
    const entry = deviceEntry(name, dataDir, appliance);
    const file = name === 'appliance' && swift ? SWIFT_APPLIANCE : entry.file;
    return { file, env: { ...entry.env, PINGJIAQI_LOG: 'error' } };
  };
  const supervisor = new Supervisor({
    host: forkHost(entryOf),
    clock: systemClock,
    order: ['centre', 'appliance', 'agent'],
    link: ['appliance', 'agent'],
  });
  try {
    supervisor.start();
    const ready = await supervisor.whenReady();
    const urls = ready.appliance as Product['urls'];
    await enrolAt({ url: urls.technician, console: null }, { baseUrl: `http://127.0.0.1:${centrePort}`, code: CODE });
    const pids = supervisor.pids() as Product['pids'];
    return { urls, apiKey, pids, stop: async () => void (await supervisor.stop()) };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}
