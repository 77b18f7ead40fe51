import type { Clock } from '../../../clock.ts';
import { CodedError } from '../../../errors.ts';
import type { NoteDetail } from '../../family.ts';
import type { PortOpener, SerialOptions } from '../../port/opener.ts';
import { type KeypadProfile, parseKeypadProfile } from '../profile.ts';
import type { KeypadSettings } from '../settings.ts';
import { profileOf } from './learned-profile.ts';
import type { LearnedStore } from './learned-store.ts';
import type { Learned } from './lesson.ts';
import { type LearningView, Teacher } from './teacher.ts';

export interface LearningRequest {
  path: string;
  /** Bits per second, 50 … 4,000,000; the other settings are 8 data bits, no parity, one stop bit. */
  baudRate: number;
}

/** A lesson, and what became of it. */
export type LearningReport = Omit<LearningView, 'state'> & {
  /** `keeping`: all keys are known, and the port is being given back; what came of it is not known yet. */
  state: LearningView['state'] | 'keeping';
  /** Of the profile that was kept and is in service now. */
  profileId: string | null;
  /** False for a box that has not five keys and so may only prompt. */
  canGrade: boolean | null;
};

export interface SchoolSetup {
  opener: PortOpener;
  clock: Clock;
  store: LearnedStore;
  /** Learned profiles are added here. */
  profiles: Map<string, KeypadProfile>;
  /** What the configuration says of the box now. */
  configured: () => KeypadSettings | null;
  /** Takes the window's box out of service, since a port has one reader. */
  lend: () => Promise<void>;
  /** Puts the box that is chosen now into service. */
  giveBack: () => void;
  /** A fact for the ledger: whoever changes what keys mean leaves a trace. */
  note: (type: string, detail: NoteDetail) => void;
  onFault: (error: unknown) => void;
}

/** Learning mode: a technician makes a box work that nobody here has seen, by pressing its keys when asked. */
export class KeypadSchool {
  readonly #setup: SchoolSetup;
  #teacher: Teacher | null = null;
  #running = false;
  #kept: { profileId: string; canGrade: boolean } | null = null;

  constructor(setup: SchoolSetup) {
    this.#setup = setup;
    for (const profile of setup.store.profiles()) setup.profiles.set(profile.id, profile);
  }

  get isRunning(): boolean {
    return this.#running;
  }

  /** The lesson under way, or the newest one; null where there was none. */
  report(): LearningReport | null {
    if (this.#teacher === null) return null;
    const { profileId = null, canGrade = null } = this.#kept ?? {};
    const view = this.#teacher.view();
    // Whoever looks stops looking at the end of a lesson, and would read "not saved" for good.
    const state = view.state === 'learned' && this.#running ? 'keeping' : view.state;
    return { ...view, state, profileId, canGrade };
  }

  /**
   * Begins a lesson. The window's own box is out of service until it ends; touch goes on.
   * @throws CodedError `learning_already`
   */
  begin({ path, baudRate }: LearningRequest): void {
    if (this.#running) {
      const hint = 'Finish the lesson, or stop it.';
      throw new CodedError('learning_already', 'a box is being learned already', { next: 'refuse', hint });
    }
    const { opener, clock, lend } = this.#setup;
    const serial = { baudRate, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;
    const teacher = new Teacher({
      path,
      serial,
      opener,
      clock,
      onEnd: (learned) => this.#ended(path, serial, learned),
    });
    this.#running = true;
    this.#kept = null;
    this.#teacher = teacher;
    void lend().then(() => teacher.start());
  }

  absent(): void {
    this.#teacher?.absent();
  }

  stop(): void {
    this.#teacher?.stop();
  }

  #ended(path: string, serial: SerialOptions, learned: Learned | null): void {
    this.#running = false;
    try {
      if (learned !== null) this.#keep(path, profileOf(learned, serial));
    } catch (error) {
      this.#setup.onFault(error); // a full disk, say: the box of before is in service again
    }
    this.#setup.giveBack();
  }

  #keep(path: string, file: { id: string }): void {
    const { store, profiles, configured, note } = this.#setup;
    const profile = parseKeypadProfile(file);
    store.keep(file, path, configured());
    profiles.set(profile.id, profile);
    const canGrade = profile.completion === 'grade';
    this.#kept = { profileId: profile.id, canGrade };
    note('keypad_learned', { profile: profile.id, path, keys: profile.levels.length });
  }
}
