import type { Locator } from 'playwright-core';
import { BareDevice, type BareDeviceOptions, type Ended } from './bare-device.ts';

/** One instruction of the guide, carried out. */
export interface Played {
  /** As `readGuide` names it. */
  unit: string;
  tookMs: number;
}

/** A person with the guide in hand: carries out one instruction after another, by eye, finger and keyboard. */
export class Technician {
  readonly device: BareDevice;
  readonly played: Played[] = [];
  /** Commands typed and labels read, in the guide's words. */
  readonly typed = new Set<string>();
  readonly read = new Set<string>();

  constructor(options: BareDeviceOptions) {
    this.device = new BareDevice(options);
  }

  /** @param unit of the guide @throws Error that names the instruction which could not be followed */
  async step(unit: string, work: () => unknown): Promise<void> {
    const startedAt = performance.now();
    try {
      await work();
    } catch (error) {
      const page = await this.#screenText();
      throw new Error(`the guide could not be followed at "${unit}".\nOn the screen:\n${page}\n${this.device.log}`, {
        cause: error,
      });
    }
    this.played.push({ unit, tookMs: performance.now() - startedAt });
  }

  async #screenText(): Promise<string> {
    try {
      return await this.device.page.innerText('body', { timeout: 2_000 });
    } catch {
      return '(no page)'; // switched off, or gone with what is being reported
    }
  }

  /** Waits for a label on the screen. */
  async see(label: string): Promise<Locator> {
    const found = this.device.page.getByText(label).locator('visible=true').first();
    await found.waitFor();
    this.read.add(label);
    return found;
  }

  /** Waits until the whole screen says something. */
  async reads(pattern: RegExp, limitMs = 30_000): Promise<void> {
    await this.device.page.waitForFunction(
      ([source, flags]) => new RegExp(source ?? '', flags).test(document.body.innerText),
      [pattern.source, pattern.flags] as const,
      { timeout: limitMs },
    );
  }

  /** @param label how the button's or link's name begins */
  async press(label: string): Promise<void> {
    const name = new RegExp(`^${label}`);
    const { page } = this.device;
    await page.getByRole('button', { name }).or(page.getByRole('link', { name })).first().click();
    this.read.add(label);
  }

  /** Types a command of the guide at the device's terminal. @throws Error where it does not end with `codes` */
  async command(command: string, args: string[], codes: readonly number[] = [0]): Promise<Ended> {
    const ended = await this.device.type(...command.split(' '), ...args, '--data', this.device.dataDir);
    if (!codes.includes(ended.code ?? -1))
      throw new Error(`pingjiaqi ${command}: ${ended.code}\n${ended.err}${ended.out}`);
    this.typed.add(command);
    return ended;
  }

  /** @throws Error where its help says nothing of how it ends */
  async help(command: string): Promise<void> {
    const { code, out } = await this.device.type(...command.split(' '), '--help');
    if (code !== 0 || !/exit codes?/i.test(out)) throw new Error(`pingjiaqi ${command} --help: ${code}\n${out}`);
  }
}
