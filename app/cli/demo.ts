import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../../device/clock.ts';
import { openPtyPair, type PtyPair } from '../../device/peripherals/simulated/pty-pair.ts';
import { type ForkEntry, forkHost } from '../supervisor/fork-host.ts';
import { type Pids, Supervisor } from '../supervisor/supervisor.ts';
import { type DemoSettings, demoSettings } from './demo-settings.ts';
import { enrolAt } from './enrolment.ts';
import { deviceEntry, processFile } from './entries.ts';
import { removeRuntime, writeRuntime } from './runtime-file.ts';
import { startFailure } from './start-failure.ts';

export interface DemoOptions {
  dataDir: string;
  policyId: string | null;
  portBase: number | null;
  /** Another centre than the built-in one, and an enrolment code of it. */
  centre: { url: string; code: string } | null;
  /** Before the 1st, 2nd … restart of a process; the last one repeats. */
  restartDelaysMs: readonly number[];
  /** Takes the lines that programs read. */
  print: (line: object) => void;
  /** Takes what a person should know. */
  warn: (text: string) => void;
}

export interface Demo {
  urls: { citizen: string; technician: string; staff: string; api: string };
  /** Ends all processes in order within 5 s. */
  stop(): Promise<void>;
  /** To be run before the processes end. */
  onStop(listener: () => void): void;
}

/** The built-in centre's address is known before it starts: an enrolled device keeps it over restarts. */
const centreUrl = (settings: DemoSettings) => `http://127.0.0.1:${settings.centrePort}`;

function entryOf(options: DemoOptions, settings: DemoSettings, code: string, keypad: string | null) {
  const policy = options.policyId === null ? {} : { PINGJIAQI_TRIAL_POLICY: options.policyId };
  const appliance = {
    PINGJIAQI_TRIAL: '1',
    PINGJIAQI_TRIAL_KEY_SHA256: createHash('sha256').update(settings.apiKey).digest('hex'),
    PINGJIAQI_LOCAL_PORT: String(settings.localPort),
    PINGJIAQI_LAN_PORT: String(settings.lanPort),
    ...policy,
    ...(keypad === null ? {} : { PINGJIAQI_TRIAL_KEYPAD: keypad }),
  };
  const centre = {
    PINGJIAQI_CENTRE_DATA: join(options.dataDir, 'centre'),
    PINGJIAQI_CENTRE_PORT: String(settings.centrePort),
    PINGJIAQI_CENTRE_CODE: code,
    ...(options.policyId === null ? {} : { PINGJIAQI_CENTRE_POLICY: options.policyId }),
  };
  return (name: string): ForkEntry =>
    name === 'centre' ? { file: processFile('centre'), env: centre } : deviceEntry(name, options.dataDir, appliance);
}

/** A real pseudo-terminal plays the button box; a system without `script` has none, and the demo runs all the same. */
async function openPad(warn: DemoOptions['warn']): Promise<PtyPair | null> {
  try {
    return await openPtyPair();
  } catch (error) {
    warn(`No simulated button box: ${(error as Error).message}`);
    return null;
  }
}

/** Prints a line whenever a process lives under another pid than was last said, once all of them live. */
function printPids(supervisor: Supervisor, print: DemoOptions['print'], said: Pids): void {
  let last = JSON.stringify(said);
  supervisor.on('pids', (pids) => {
    const now = JSON.stringify({ ...said, ...pids });
    if (now === last || Object.values(pids).includes(null)) return;
    last = now;
    print({ pids: { ...said, ...pids } });
  });
}

/**
 * Starts everything, enrols the device where it is new, prints the ready line (design §7).
 * @throws Error where a port is taken or the enrolment is refused; every process is stopped again then
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const settings = await demoSettings(options.dataDir, options.portBase);
  const pad = await openPad(options.warn);
  const code = options.centre?.code ?? randomBytes(9).toString('base64url');
  const supervisor = new Supervisor({
    host: forkHost(entryOf(options, settings, code, pad?.b ?? null)),
    clock: systemClock,
    order: options.centre === null ? ['centre', 'appliance', 'agent'] : ['appliance', 'agent'],
    link: ['appliance', 'agent'],
    restartDelaysMs: options.restartDelaysMs,
  });
  supervisor.on('exit', (name, exit, restartInMs) => {
    if (restartInMs !== null) options.warn(`${name} ended (${exit.signal ?? exit.code}); again in ${restartInMs} ms`);
  });
  const stopListeners: (() => void)[] = [];
  const stop = async () => {
    for (const listener of stopListeners) listener();
    await supervisor.stop();
    await pad?.close();
  };
  try {
    supervisor.start();
    const ready = await Promise.race([supervisor.whenReady(), startFailure(supervisor)]);
    const urls = ready.appliance as Demo['urls'];
    const centre = options.centre?.url ?? centreUrl(settings);
    await enrolAt({ url: urls.technician, console: null }, { baseUrl: centre, code });
    writeRuntime(options.dataDir, { pid: process.pid, ...urls, console: null });
    stopListeners.push(() => removeRuntime(options.dataDir));
    const pids: Pids = { appliance: null, agent: null, centre: null, ...supervisor.pids() };
    const { apiKey } = settings;
    options.print({ ready: true, ...urls, apiKey, centre, keypad: pad?.a ?? null, data: options.dataDir, pids });
    printPids(supervisor, options.print, pids);
    return { urls, stop, onStop: (listener) => void stopListeners.push(listener) };
  } catch (error) {
    await stop();
    throw error;
  }
}
