import type { PortState } from './port/port.ts';
import type { FamilyName, PeripheralSettings } from './settings.ts';

/** What goes with an event record: flat, without any grade and without anything of a person. */
export type NoteDetail = Readonly<Record<string, string | number | boolean | null>>;

/** How a family's device is, for the technician. Carries counts, never a grade and nothing that was read. */
export interface DriverStatus {
  /** Where it is plugged in; null where that has no path. */
  path: string | null;
  state: PortState;
  /** What to do, or the profile's own word; null where there is nothing to say. */
  hint: string | null;
  /** Since the start of the process. */
  counters: Readonly<Record<string, number>>;
}

/** One device in service. None of its methods throws or rejects, and none waits for the device. */
export interface Driver {
  status(): DriverStatus;
  /** Final. Resolves when port and timers are gone. */
  stop(): Promise<void>;
}

/** What a driver tells the hub. */
export interface Notes {
  /**
   * A fact for the ledger, such as an outage with its duration. A driver sees to it that notes are few: they are kept
   * for ever. Never throws; what could not be kept is the hub's business.
   */
  note(type: string, detail: NoteDetail): void;
}

/**
 * One family of peripherals. It lives as long as the appliance and knows how to drive what its settings name; what
 * else the appliance asks of it (invite, read a card, print) are its own methods beside these.
 */
export interface Family<Name extends FamilyName = FamilyName> {
  readonly name: Name;
  /**
   * Takes a device into service. Called again only after the driver it gave before has stopped.
   * @throws CodedError where the settings name something that does not exist; the hub shows its hint
   */
  start(settings: NonNullable<PeripheralSettings[Name]>, notes: Notes): Driver;
}

export type AnyFamily = { [Name in FamilyName]: Family<Name> }[FamilyName];
