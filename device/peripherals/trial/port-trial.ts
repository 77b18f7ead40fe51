import type { Clock, Timer } from '../../clock.ts';
import type { KeypadProfile } from '../keypad/profile.ts';
import type { PortConnection, PortOpener, SerialOptions } from '../port/opener.ts';
import { classifyOpenError, PortError } from '../port/port-error.ts';
import { type Finding, fitting, Hearing } from './hearing.ts';
import { questionsOf, speaksIn, TRIAL_STEPS, type TrialLine, type TrialStep } from './trial-lines.ts';

/** A step waits so long for a first byte; a person finds the next key in less. */
export const SILENCE_MS = 6000;
/** After the newest byte, so that the next key can still be pressed. */
export const QUIET_MS = 4000;
/** A line that never rests is left all the same. */
export const LONGEST_STEP_MS = 20_000;
const OPEN_LIMIT_MS = 10_000;
const WRITE_LIMIT_MS = 1000;
/** Near misses that are worth a look, per line. */
const MOST_NEAR = 3;

/**
 * - `fits`: something fits; which and why is in `fits`
 * - `none`: bytes came, and nothing explains them - `silent`: not one byte came at any speed
 * - `port`: it could not be opened or was lost; `hint` says what to do
 * - `stopped`: by the technician - `citizen`: a citizen is being asked, and the box belongs to the window
 */
export type TrialOutcome = 'fits' | 'none' | 'silent' | 'port' | 'stopped' | 'citizen';

/** A line that was tried. */
export interface TriedLine {
  baudRate: number | null;
  bytes: number;
  /** What came nearest, best first. */
  nearest: Finding[];
}

export interface TrialView {
  path: string;
  /** `over`: nothing is open any more and `outcome` is set. */
  state: TrialStep | 'opening' | 'over';
  /** Of the line now, or the last one. */
  baudRate: number | null;
  /** Lines tried, the present one included, of all that could be. */
  line: number;
  lines: number;
  /** Bytes of the present line. */
  bytes: number;
  outcome: TrialOutcome | null;
  hint: string | null;
  fits: Finding[];
  tried: TriedLine[];
}

export interface TrialSetup {
  path: string;
  lines: readonly TrialLine[];
  opener: PortOpener;
  clock: Clock;
  /** Called once, when the port is closed. Must not throw. */
  onEnd: () => void;
}

/**
 * Tries a port at every speed until a known profile explains what its box says while a technician presses keys. All
 * profiles of a line listen at once. It first listens, then asks; it ends by itself, keeps nothing, and never rejects.
 */
export class PortTrial {
  readonly #setup: TrialSetup;
  readonly #tried: TriedLine[] = [];
  #state: TrialView['state'] = 'opening';
  #line: TrialLine | null = null;
  #number = 0;
  #hearings: Hearing[] = [];
  #bytes = 0;
  #fits: Finding[] = [];
  #outcome: TrialOutcome | null = null;
  #hint: string | null = null;
  #timer: Timer | null = null;
  #wake: () => void = () => undefined;
  #onBytes: () => void = () => undefined;

  constructor(setup: TrialSetup) {
    this.#setup = setup;
  }

  async start(): Promise<void> {
    for (const line of this.#setup.lines) {
      if (this.#outcome !== null) break;
      this.#line = line;
      this.#number += 1;
      await this.#try(line);
    }
    this.#outcome ??= this.#tried.some(({ bytes }) => bytes > 0) ? 'none' : 'silent';
    this.#state = 'over';
    this.#setup.onEnd();
  }

  /** Ends it, where it has not ended; the port is free when `onEnd` is called. */
  stop(outcome: 'stopped' | 'citizen'): void {
    if (this.#outcome !== null) return;
    this.#outcome = outcome;
    this.#wake();
  }

  view(): TrialView {
    return {
      path: this.#setup.path,
      state: this.#state,
      baudRate: this.#line?.baudRate ?? null,
      line: this.#number,
      lines: this.#setup.lines.length,
      bytes: this.#bytes,
      outcome: this.#state === 'over' ? this.#outcome : null,
      hint: this.#hint,
      fits: this.#fits,
      tried: [...this.#tried],
    };
  }

  async #try(line: TrialLine): Promise<void> {
    this.#state = 'opening';
    this.#bytes = 0;
    this.#hearings = line.profiles.map((profile) => new Hearing(profile));
    const connection = await this.#open(line.serial);
    if (connection === null) return;
    connection.onClose((cause) => this.#failed(cause));
    for (const step of TRIAL_STEPS) {
      const speaking = this.#hearings.filter(({ profile }) => speaksIn(step, profile));
      if (speaking.length > 0 && this.#bytes === 0 && this.#outcome === null)
        await this.#listen(connection, step, speaking);
    }
    await connection.close();
    this.#judge(line);
  }

  async #open(serial: SerialOptions): Promise<PortConnection | null> {
    const { opener, clock, path } = this.#setup;
    const opening = opener.open(path, serial);
    const late = new Promise<never>((_resolve, reject) => {
      const stop = () => reject(new PortError('open_timeout', `${path} did not open within ${OPEN_LIMIT_MS} ms`));
      this.#wake = stop;
      this.#timer = clock.setTimer(OPEN_LIMIT_MS, stop);
    });
    try {
      return await Promise.race([opening, late]);
    } catch (error) {
      // What a driver gives after all is given back at once.
      void opening.then(
        (connection) => connection.close(),
        () => undefined,
      );
      this.#failed(classifyOpenError(error, path));
      return null;
    } finally {
      this.#timer?.cancel();
      this.#wake = () => undefined;
    }
  }

  /** One step: hands what arrives to those that could speak now, until the line has been quiet for long enough. */
  async #listen(connection: PortConnection, step: TrialStep, speaking: readonly Hearing[]): Promise<void> {
    const { clock } = this.#setup;
    this.#state = step;
    connection.onData((bytes) => {
      this.#bytes += bytes.length;
      for (const hearing of speaking) hearing.feed(bytes, clock.monotonicMs());
      this.#onBytes();
    });
    for (const frame of questionsOf(step, profilesOf(speaking))) {
      for (const hearing of speaking) hearing.noteSent(frame, clock.monotonicMs());
      // A box that takes nothing may still send keys.
      await connection.write(Uint8Array.from(frame), WRITE_LIMIT_MS).catch(() => undefined);
    }
    await this.#quiet();
  }

  #quiet(): Promise<void> {
    if (this.#outcome !== null) return Promise.resolve();
    const { clock } = this.#setup;
    const endsAtMs = clock.monotonicMs() + LONGEST_STEP_MS;
    return new Promise((resolve) => {
      const done = () => {
        this.#timer?.cancel();
        this.#onBytes = () => undefined;
        this.#wake = () => undefined;
        resolve();
      };
      const wait = (ms: number) => {
        this.#timer?.cancel();
        this.#timer = clock.setTimer(Math.min(ms, endsAtMs - clock.monotonicMs()), done);
      };
      this.#wake = done;
      this.#onBytes = () => wait(QUIET_MS);
      wait(SILENCE_MS);
      // It came while we were still asking.
      if (this.#bytes > 0) wait(QUIET_MS);
    });
  }

  #judge({ baudRate }: TrialLine): void {
    const nearest = this.#hearings
      .map((hearing) => hearing.finding(baudRate))
      .filter(({ understood, otherAddresses }) => understood > 0 || otherAddresses.length > 0)
      .sort((one, other) => one.unknown - other.unknown || other.keysHeard - one.keysHeard);
    this.#tried.push({ baudRate, bytes: this.#bytes, nearest: nearest.slice(0, MOST_NEAR) });
    if (this.#outcome !== null) return;
    this.#fits = fitting(this.#hearings).map((hearing) => hearing.finding(baudRate));
    if (this.#fits.length > 0) this.#outcome = 'fits';
  }

  #failed(cause: PortError): void {
    if (this.#outcome !== null) return;
    this.#outcome = 'port';
    this.#hint = cause.hint;
    this.#wake();
  }
}

const profilesOf = (hearings: readonly Hearing[]): KeypadProfile[] => hearings.map(({ profile }) => profile);
