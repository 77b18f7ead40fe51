import type { Clock } from './clock.ts';
import { isLedgerError } from './ledger/errors.ts';
import type { Level } from './ledger/record.ts';
import { createKeypad, type Keypad, type KeypadEvent, type KeypadStatus } from './peripherals/keypad/keypad.ts';
import type { KeypadProfile } from './peripherals/keypad/profile.ts';
import type { PortOpener } from './peripherals/port/opener.ts';

export interface KeypadChoice {
  path: string;
  /** Id of a profile. */
  profile: string;
}

export interface KeypadPortOptions {
  opener: PortOpener;
  clock: Clock;
  /** Shipped and learned profiles by id. */
  profiles: ReadonlyMap<string, KeypadProfile>;
  /** Used instead of what the configuration says: the simulated pad of trial mode. */
  override: KeypadChoice | null;
}

export interface KeypadListener {
  onLevel: (level: Level) => void;
  /** Facts for the ledger. */
  onNote: (type: string, detail: Record<string, string | number>) => void;
  onFault: (error: unknown) => void;
}

/** The button box of the window, whichever the configuration names now. A broken one never costs a rating. */
export class KeypadPort {
  readonly #options: KeypadPortOptions;
  readonly #listener: KeypadListener;
  #choice: KeypadChoice | null = null;
  #keypad: Keypad | null = null;

  constructor(options: KeypadPortOptions, listener: KeypadListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Takes another box, or none, into service; the same one again changes nothing. */
  use(configured: KeypadChoice | null): void {
    const choice = this.#options.override ?? configured;
    if (choice?.path === this.#choice?.path && choice?.profile === this.#choice?.profile) return;
    void this.#keypad?.stop();
    this.#choice = choice;
    this.#keypad = choice === null ? null : this.#start(choice);
  }

  setInviting(inviting: boolean): void {
    this.#keypad?.setInviting(inviting);
  }

  status(): KeypadStatus | null {
    return this.#keypad?.status() ?? null;
  }

  async stop(): Promise<void> {
    await this.#keypad?.stop();
    this.#keypad = null;
  }

  #start(choice: KeypadChoice): Keypad | null {
    const profile = this.#options.profiles.get(choice.profile);
    if (profile === undefined) {
      this.#listener.onFault(new Error(`no keypad profile "${choice.profile}"`));
      return null;
    }
    const keypad = createKeypad({
      profile,
      path: choice.path,
      opener: this.#options.opener,
      clock: this.#options.clock,
      onKey: ({ level }) => this.#guard(() => this.#listener.onLevel(level)),
      onEvent: (event) => this.#guard(() => this.#note(event)),
    });
    keypad.start();
    return keypad;
  }

  #note(event: KeypadEvent): void {
    const { type, atMonotonicMs: _here, ...detail } = event;
    this.#listener.onNote(type === 'unknown_key' ? type : `keypad_${type}`, detail);
  }

  /** The driver expects that its listeners never throw; what could not be kept is the owner's business. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#listener.onFault(error);
      if (!isLedgerError(error)) throw error;
    }
  }
}
