import type { Clock, Timer } from '../../../clock.ts';
import type { Level } from '../../../ledger/record.ts';
import type { PortConnection, PortOpener, SerialOptions } from '../../port/opener.ts';
import { classifyOpenError, type PortError } from '../../port/port-error.ts';
import { RUN_ENDS_AFTER_MS } from './learned-profile.ts';
import { type Learned, Lesson, type LessonFault, type LessonNote, type Run } from './lesson.ts';

/** Long enough for two of the usual signs of life. */
export const LISTEN_MS = 5000;
/** A press is over, with the key's release, when the box was silent for this long. */
export const PRESS_ENDS_AFTER_MS = 1000;
/** The technician went away. */
export const PATIENCE_MS = 120_000;
const SHOWN_BYTES = 32;

/** What the technician sees. It is about a box and not about anybody's rating. */
export interface LearningView {
  state: 'opening' | 'listening' | 'asking' | 'learned' | 'failed';
  /** The key to press. */
  level: Level | null;
  round: 1 | 2 | null;
  note: LessonNote | null;
  /** `port`: it could not be opened or was lost; `nobody`: no key was pressed for two minutes. */
  fault: LessonFault | 'port' | 'nobody' | null;
  /** What to do about a port. */
  hint: string | null;
  /** The newest bytes in hex. */
  heard: string;
  /** Bytes that arrived. */
  bytes: number;
}

export interface TeacherSetup {
  path: string;
  serial: SerialOptions;
  opener: PortOpener;
  clock: Clock;
  /** Called once at the end, when the port is closed; null where nothing was learned. Must not throw. */
  onEnd: (learned: Learned | null) => void;
}

/** Plays a lesson with a real box: opens its port, cuts what arrives into runs and presses, and closes it again. */
export class Teacher {
  readonly #setup: TeacherSetup;
  readonly #lesson = new Lesson();
  #connection: PortConnection | null = null;
  #trouble: { fault: 'port' | 'nobody'; hint: string | null } | null = null;
  #run: number[] = [];
  #runs: Run[] = [];
  #heard: Run = [];
  #bytes = 0;
  #runTimer: Timer | null = null;
  /** Of the present step: listening, waiting for a press, or for its end. */
  #stepTimer: Timer | null = null;
  #over = false;

  constructor(setup: TeacherSetup) {
    this.#setup = setup;
  }

  async start(): Promise<void> {
    const { path, serial, opener, clock } = this.#setup;
    try {
      const connection = await opener.open(path, serial);
      if (this.#over) {
        await connection.close();
        return;
      }
      this.#connection = connection;
      connection.onData((bytes) => this.#take(bytes));
      connection.onClose((cause) => this.#fail(cause));
    } catch (error) {
      this.#fail(classifyOpenError(error, path));
      return;
    }
    this.#stepTimer = clock.setTimer(LISTEN_MS, () => this.#advance(() => this.#lesson.listened()));
  }

  view(): LearningView {
    const { state } = this.#lesson;
    const asking = state.step === 'asking' ? state : null;
    const isOpening = this.#connection === null && !this.#over;
    return {
      state: this.#trouble !== null ? 'failed' : isOpening ? 'opening' : state.step,
      level: asking?.level ?? null,
      round: asking?.round ?? null,
      note: asking?.note ?? null,
      fault: this.#trouble?.fault ?? (state.step === 'failed' ? state.fault : null),
      hint: this.#trouble?.hint ?? null,
      heard: this.#heard
        .slice(0, SHOWN_BYTES)
        .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
        .join(' '),
      bytes: this.#bytes,
    };
  }

  /** The box has no key for the level that is asked for. */
  absent(): void {
    if (!this.#over) this.#advance(() => this.#lesson.absent());
  }

  /** Ends without a result, where it has not ended yet. */
  stop(): void {
    if (!this.#over) void this.#end(null);
  }

  #take(bytes: Uint8Array): void {
    const { clock } = this.#setup;
    this.#bytes += bytes.length;
    // A stream without pauses is cut somewhere; it is too long for a key anyway.
    if (this.#run.length < 1024) this.#run.push(...bytes);
    this.#runTimer?.cancel();
    this.#runTimer = clock.setTimer(RUN_ENDS_AFTER_MS, () => this.#runEnded());
  }

  #runEnded(): void {
    const run = this.#run;
    this.#run = [];
    this.#heard = run;
    const { step } = this.#lesson.state;
    if (step === 'listening') this.#lesson.heard(run);
    if (this.#lesson.state.step === 'failed') void this.#end(null);
    // A sign of life between two presses is neither of them.
    if (step !== 'asking' || this.#lesson.isNoise(run)) return;
    this.#runs.push(run);
    this.#stepTimer?.cancel();
    const left = PRESS_ENDS_AFTER_MS - RUN_ENDS_AFTER_MS;
    this.#stepTimer = this.#setup.clock.setTimer(left, () => this.#pressEnded());
  }

  #pressEnded(): void {
    const runs = this.#runs;
    this.#runs = [];
    this.#advance(() => this.#lesson.press(runs));
  }

  #advance(step: () => void): void {
    step();
    const { state } = this.#lesson;
    if (state.step === 'failed' || state.step === 'learned') {
      void this.#end(state.step === 'learned' ? state.learned : null);
      return;
    }
    this.#stepTimer?.cancel();
    this.#stepTimer = this.#setup.clock.setTimer(PATIENCE_MS, () => {
      this.#trouble = { fault: 'nobody', hint: null };
      void this.#end(null);
    });
  }

  #fail(cause: PortError): void {
    if (this.#over) return;
    this.#trouble = { fault: 'port', hint: cause.hint };
    void this.#end(null);
  }

  async #end(learned: Learned | null): Promise<void> {
    this.#over = true;
    this.#stepTimer?.cancel();
    this.#runTimer?.cancel();
    await this.#connection?.close();
    this.#setup.onEnd(learned);
  }
}
