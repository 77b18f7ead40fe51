import { isDeepStrictEqual } from 'node:util';
import { CodedError } from '../errors.ts';
import type { AnyFamily, Driver, DriverStatus, Family, NoteDetail } from './family.ts';
import { guarded } from './guard.ts';
import type { FamilyName, PeripheralSettings } from './settings.ts';

/** Enough to see what happened this morning, little enough to read. */
const MOST_RECENT = 50;

/** `failed`: the settings name something that does not exist; the hint says what. */
export type PeripheralStatus = { family: FamilyName } & (DriverStatus | FailedStatus);
interface FailedStatus extends Omit<DriverStatus, 'state'> {
  state: 'failed';
}

export interface PeripheralEvent {
  family: FamilyName;
  /** ms since 1970. */
  at: number;
  type: string;
  detail: NoteDetail;
}

export interface HubSetup {
  families: readonly AnyFamily[];
  wallMs: () => number;
  /** Keeps a fact in the ledger. May throw the ledger's error: the hub reports it and goes on. */
  keep: (type: string, detail: NoteDetail) => void;
  onFault: (error: unknown) => void;
}

/** A family beside what became of its settings. */
class Place {
  readonly family: Family;
  settings: unknown;
  driver: Driver | null = null;
  failure: FailedStatus | null = null;
  /** Somebody else has its port for a while. */
  isLent = false;

  constructor(family: AnyFamily) {
    // A family is only ever given its own member of the settings.
    this.family = family as Family;
  }
}

/**
 * All that is plugged into the device: starts and stops each family's driver as the configuration says, and collects
 * what they say for ledger and technician. A broken device is a state and an event; it never stops another one, and
 * nothing here waits for a device.
 */
export class PeripheralHub {
  readonly #setup: HubSetup;
  readonly #places: readonly Place[];
  readonly #recent: PeripheralEvent[] = [];
  #stopping: Promise<unknown> | null = null;
  #closed = false;

  constructor(setup: HubSetup) {
    this.#setup = setup;
    this.#places = setup.families.map((family) => new Place(family));
  }

  /**
   * Obeys these settings from now on. A family whose settings are the same goes on undisturbed. What changes is
   * stopped first, all of it, since two families may change places at one port; the new drivers start when that is done.
   */
  use(settings: PeripheralSettings): void {
    const changed = this.#places.filter(({ family, settings: now }) => !isDeepStrictEqual(now, settings[family.name]));
    for (const place of changed) place.settings = settings[place.family.name];
    this.#restart(changed);
  }

  /** Takes a family out of service until it is renewed; resolves when its port is free. */
  async lend(name: FamilyName): Promise<void> {
    const places = this.#placesOf(name);
    for (const place of places) place.isLent = true;
    this.#restart(places);
    await this.#stopping;
  }

  /** Starts a family's device anew, also one that failed before or was lent: what its settings name may have changed. */
  renew(name: FamilyName): void {
    const places = this.#placesOf(name);
    for (const place of places) place.isLent = false;
    this.#restart(places);
  }

  #placesOf(name: FamilyName): Place[] {
    return this.#places.filter(({ family }) => family.name === name);
  }

  /** Of every family that has a device, or should have one. */
  status(): PeripheralStatus[] {
    return this.#places.flatMap(({ family: { name }, driver, failure }) => {
      const status = driver?.status() ?? failure;
      return status === null ? [] : [{ family: name, ...status }];
    });
  }

  /** What the drivers told since the start of the process, newest first. */
  recent(): readonly PeripheralEvent[] {
    return this.#recent.toReversed();
  }

  /** Final. Resolves when nothing of any driver is left. */
  async stop(): Promise<void> {
    this.#closed = true;
    await this.#stopping;
    const running = this.#places.flatMap(({ driver }) => (driver === null ? [] : [driver]));
    await Promise.all(running.map((driver) => driver.stop()));
    for (const place of this.#places) place.driver = null;
  }

  #restart(places: readonly Place[]): void {
    const running = places.flatMap(({ driver }) => (driver === null ? [] : [driver]));
    for (const place of places) Object.assign(place, { driver: null, failure: null });
    if (running.length === 0 && this.#stopping === null) {
      for (const place of places) this.#start(place);
      return;
    }
    const before = this.#stopping;
    const stopping = Promise.all([before, ...running.map((driver) => driver.stop())]).then(() => {
      if (this.#stopping === stopping) this.#stopping = null;
      for (const place of places) this.#start(place);
    });
    this.#stopping = stopping;
  }

  #start(place: Place): void {
    const { family, settings, driver, isLent } = place;
    if (this.#closed || isLent || settings === undefined || driver !== null) return;
    try {
      place.driver = family.start(settings as never, { note: (type, detail) => this.#note(family.name, type, detail) });
    } catch (error) {
      const hint = error instanceof CodedError ? error.hint : String(error);
      place.failure = { path: null, state: 'failed', hint, counters: {} };
      this.#setup.onFault(error);
    }
  }

  #note(family: FamilyName, type: string, detail: NoteDetail): void {
    this.#recent.push({ family, at: this.#setup.wallMs(), type, detail });
    if (this.#recent.length > MOST_RECENT) this.#recent.shift();
    guarded(this.#setup.onFault, () => this.#setup.keep(type, detail));
  }
}
