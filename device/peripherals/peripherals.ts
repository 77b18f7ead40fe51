import type { Clock } from '../clock.ts';
import type { Level } from '../ledger/record.ts';
import type { NoteDetail } from './family.ts';
import { type PeripheralEvent, PeripheralHub, type PeripheralStatus } from './hub.ts';
import { KeypadFamily } from './keypad/keypad-family.ts';
import type { KeypadProfile } from './keypad/profile.ts';
import type { PortOpener } from './port/opener.ts';
import type { PeripheralSettings } from './settings.ts';

/** The world as peripherals need it. */
export interface PeripheralOptions {
  opener: PortOpener;
  /** Of the drivers' waits; the appliance's where left out. */
  clock?: Clock;
  /** Shipped and learned profiles of button boxes by id. */
  keypadProfiles: ReadonlyMap<string, KeypadProfile>;
  /** Used instead of what the configuration says of the same family: the simulated pad of trial mode. */
  trial?: PeripheralSettings;
}

/** What the appliance does with what comes in. */
export interface PeripheralListener {
  clock: Clock;
  /** A press of a grade key while inviting. May throw the ledger's error. */
  onLevel: (level: Level) => void;
  /** A fact for the ledger. May throw the ledger's error. */
  keep: (type: string, detail: NoteDetail) => void;
  onFault: (error: unknown) => void;
}

/** The peripherals of one device: every family, joined to the appliance. A further family is added here. */
export class Peripherals {
  readonly #trial: PeripheralSettings;
  readonly #keypad: KeypadFamily;
  readonly #hub: PeripheralHub;

  constructor(options: PeripheralOptions, listener: PeripheralListener) {
    const { opener, clock = listener.clock, keypadProfiles, trial = {} } = options;
    const { onLevel, keep, onFault } = listener;
    this.#trial = trial;
    this.#keypad = new KeypadFamily({ opener, clock, profiles: keypadProfiles, onLevel, onFault });
    this.#hub = new PeripheralHub({ families: [this.#keypad], wallMs: () => listener.clock.wallMs(), keep, onFault });
  }

  /** Obeys a configuration from now on; a device whose settings are the same goes on undisturbed. */
  use(settings: PeripheralSettings): void {
    this.#hub.use({ ...settings, ...this.#trial });
  }

  setInviting(inviting: boolean): void {
    this.#keypad.setInviting(inviting);
  }

  status(): PeripheralStatus[] {
    return this.#hub.status();
  }

  recent(): readonly PeripheralEvent[] {
    return this.#hub.recent();
  }

  stop(): Promise<void> {
    return this.#hub.stop();
  }
}
