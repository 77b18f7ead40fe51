import type { Clock } from '../../clock.ts';
import { CodedError } from '../../errors.ts';
import type { Level } from '../../ledger/record.ts';
import type { Driver, DriverStatus, Family, Notes } from '../family.ts';
import { guarded } from '../guard.ts';
import type { PortOpener } from '../port/opener.ts';
import type { BoxKey } from './framing/frame-reader.ts';
import { createKeypad } from './keypad.ts';
import type { Keypad, KeypadEvent } from './keypad-model.ts';
import type { KeypadProfile } from './profile.ts';
import type { KeypadSettings } from './settings.ts';

export interface KeypadFamilySetup {
  opener: PortOpener;
  clock: Clock;
  /** Shipped and learned profiles by id. */
  profiles: ReadonlyMap<string, KeypadProfile>;
  /** A press while inviting. May throw the ledger's error, which goes to `onFault`. */
  onLevel: (level: Level) => void;
  /** A key of the call box on the same line. May throw the ledger's error, which goes to `onFault`. */
  onBoxKey?: (key: BoxKey) => void;
  onFault: (error: unknown) => void;
}

/** Of a configuration that names a profile which this device does not have. */
export const noProfileHint = (id: string): string =>
  `There is no keypad profile "${id}"; name a shipped one in the configuration, or let this device learn the box.`;

/** The button box of the window. A broken one never costs a rating. */
export class KeypadFamily implements Family<'keypad'> {
  readonly name = 'keypad';
  readonly #setup: KeypadFamilySetup;
  #keypad: Keypad | null = null;
  #inviting = false;

  constructor(setup: KeypadFamilySetup) {
    this.#setup = setup;
  }

  start({ path, profile: id }: KeypadSettings, notes: Notes): Driver {
    const { profiles, opener, clock, onLevel, onBoxKey, onFault } = this.#setup;
    const profile = profiles.get(id);
    if (profile === undefined) {
      throw new CodedError('no_keypad_profile', `no keypad profile "${id}"`, { next: 'stop', hint: noProfileHint(id) });
    }
    const keypad = createKeypad({
      profile,
      path,
      opener,
      clock,
      onKey: ({ level }) => guarded(onFault, () => onLevel(level)),
      onBoxKey: ({ key }) => guarded(onFault, () => onBoxKey?.(key)),
      onEvent: (event) => note(notes, event),
    });
    this.#keypad = keypad;
    keypad.setInviting(this.#inviting);
    keypad.start();
    return { status: () => statusOf(keypad), stop: () => this.#stop(keypad) };
  }

  /** Keys count only while inviting; remembered for a box that comes into service meanwhile. */
  setInviting(inviting: boolean): void {
    this.#inviting = inviting;
    this.#keypad?.setInviting(inviting);
  }

  /** Whether a box in service asks the citizen with a voice of its own, as the evaluators of framed families do. */
  get speaks(): boolean {
    const status = this.#keypad?.status();
    const framing = this.#setup.profiles.get(status?.profileId ?? '')?.framing;
    const isThere = status?.port.state === 'ready' || status?.port.state === 'suspect';
    return isThere && (framing?.type === 'ff68' || framing?.type === 'sundyn') && framing.start;
  }

  /** On the digits of the pad's call box, where it has them; 0 … 999 or null for blank. */
  show(waiting: number | null, ticket: number | null): void {
    this.#keypad?.show(waiting, ticket);
  }

  async #stop(keypad: Keypad): Promise<void> {
    if (this.#keypad === keypad) this.#keypad = null;
    await keypad.stop();
  }
}

function note(notes: Notes, event: KeypadEvent): void {
  const { type, atMonotonicMs: _here, ...detail } = event;
  notes.note(type === 'unknown_key' ? type : `keypad_${type}`, detail);
}

function statusOf(keypad: Keypad): DriverStatus {
  const { port, keys, note: word } = keypad.status();
  const { path, state, error, counters } = port;
  return { path, state, hint: error?.hint ?? word, counters: { ...counters, ...keys } };
}
