import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { forgetKiosk, type Kiosk, lookIntoKiosk } from '../support/kiosk-browser.ts';
import { until } from '../support/until.ts';

const LAUNCHER = fileURLToPath(new URL('../../app/pingjiaqi.mjs', import.meta.url));

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface BareDeviceOptions {
  /** Empty: nothing was ever started on it. */
  dataDir: string;
  /** Folder in which sticks appear. */
  sticks: string;
  /** The browser that it opens its window with. */
  browser: string;
  scanner?: string;
}

/** One machine: `pingjiaqi start` with its window, its plug, and its terminal. */
export class BareDevice {
  readonly dataDir: string;
  readonly #options: BareDeviceOptions;
  #child: ChildProcess | null = null;
  #kiosk: Kiosk | null = null;
  #log = '';

  constructor(options: BareDeviceOptions) {
    this.#options = options;
    this.dataDir = options.dataDir;
  }

  /** What is on its screen. */
  get page(): Page {
    if (this.#kiosk === null) throw new Error('the device is not switched on');
    return this.#kiosk.page;
  }

  /** Everything that its processes said on standard error. */
  get log(): string {
    return this.#log;
  }

  /** Switches it on and waits for its screen. */
  async switchOn(): Promise<void> {
    forgetKiosk(this.dataDir);
    const { scanner, sticks, browser } = this.#options;
    this.#child = spawn(process.execPath, [LAUNCHER, 'start', '--data', this.dataDir], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own: a power cut takes all of it.
      detached: true,
      env: {
        ...process.env,
        PINGJIAQI_LOCAL_PORT: '0',
        PINGJIAQI_LAN_PORT: '0',
        PINGJIAQI_LAN_HOST: '127.0.0.1',
        // A whole region that is switched on at once is not what is timed here.
        PINGJIAQI_FIRST_CONTACT_S: '0',
        PINGJIAQI_CHROMIUM: browser,
        PINGJIAQI_STICKS: sticks,
        ...(scanner === undefined ? {} : { PINGJIAQI_SCANNER: scanner }),
      },
    });
    this.#child.stderr?.on('data', (bytes: Buffer) => (this.#log += bytes.toString()));
    this.#kiosk = await lookIntoKiosk(this.dataDir);
  }

  /** Pulls the plug: everything dies at once, the browser too. */
  async pullPlug(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await gone;
    await this.#kiosk?.browser.close().catch(() => undefined);
    this.#kiosk = null;
    this.#child = null;
  }

  /** Switches it off in order. */
  async switchOff(): Promise<void> {
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    await this.pullPlug();
  }

  /** Base URL of the business API; the device says its own address in its runtime note. */
  async api(): Promise<string> {
    const path = join(this.dataDir, 'runtime.json');
    await until(() => existsSync(path));
    const { staff } = JSON.parse(readFileSync(path, 'utf8')) as { staff: string };
    return new URL(staff).origin;
  }

  /** What a technician types at its terminal, without the program's name. */
  async type(...args: string[]): Promise<Ended> {
    const [program, ...before] = [process.execPath, LAUNCHER] as const;
    const child = spawn(program, [...before, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended: Ended = { code: null, out: '', err: '' };
    child.stdout.on('data', (bytes: Buffer) => (ended.out += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (ended.err += bytes.toString()));
    [ended.code] = (await once(child, 'close')) as [number | null];
    return ended;
  }
}
