import type { Clock } from '../clock.ts';
import type { Level } from '../ledger/record.ts';
import type { NoteDetail } from './family.ts';
import { type PeripheralEvent, PeripheralHub, type PeripheralStatus } from './hub.ts';
import { IdCardFamily } from './id-card/id-card-family.ts';
import type { BoxKey } from './keypad/framing/frame-reader.ts';
import { KeypadFamily } from './keypad/keypad-family.ts';
import type { KeypadProfile } from './keypad/profile.ts';
import type { PortOpener } from './port/opener.ts';
import { plainLine } from './port/serial-settings.ts';
import { PrinterFamily } from './printer/printer-family.ts';
import { type DatagramOpener, systemDatagrams } from './queue/datagrams.ts';
import { QueueFamily, type QueueFamilySetup } from './queue/queue-family.ts';
import { ScannerFamily, type ScannerFamilySetup } from './scanner/scanner-family.ts';
import { scannerSettingsSchema } from './scanner/settings.ts';
import type { PeripheralSettings } from './settings.ts';

/** The world as peripherals need it. */
export interface PeripheralOptions {
  opener: PortOpener;
  /** Where a queue system is heard; this machine's own sockets where left out. */
  datagrams?: DatagramOpener;
  /** Of the drivers' waits; the appliance's where left out. */
  clock?: Clock;
  /** Shipped and learned profiles of button boxes by id. */
  keypadProfiles: ReadonlyMap<string, KeypadProfile>;
  /** A scanner that a bare device takes enrolment codes from: it has no configuration yet that could name one. */
  bareScanner?: { path: string; baudRate: number };
  /** Used instead of what the configuration says of the same family: the simulated pad of trial mode. */
  trial?: PeripheralSettings;
}

/** What the appliance does with what comes in. */
export interface PeripheralListener {
  clock: Clock;
  /** A press of a grade key while inviting. May throw the ledger's error. */
  onLevel: (level: Level) => void;
  /** A key of a call box, which carries no grade. May throw the ledger's error. */
  onBoxKey: (key: BoxKey) => void;
  /** What a scanner read. May throw the ledger's error. */
  onScan: ScannerFamilySetup['onScan'];
  /** What a queue system asks for; true where it was obeyed. May throw the ledger's error. */
  onQueue: QueueFamilySetup['onMessage'];
  /** A fact for the ledger. May throw the ledger's error. */
  keep: (type: string, detail: NoteDetail) => void;
  onFault: (error: unknown) => void;
}

/** The peripherals of one device: every family, joined to the appliance. A further family is added here. */
export class Peripherals {
  readonly idCard: IdCardFamily;
  readonly printer: PrinterFamily;
  readonly #trial: PeripheralSettings;
  readonly #bareScanner: PeripheralOptions['bareScanner'];
  readonly #keypad: KeypadFamily;
  readonly #hub: PeripheralHub;

  constructor(options: PeripheralOptions, listener: PeripheralListener) {
    const { opener, clock = listener.clock, keypadProfiles, datagrams = systemDatagrams, trial = {} } = options;
    const { onLevel, onBoxKey, onScan, onQueue, keep, onFault } = listener;
    this.#trial = trial;
    this.#bareScanner = options.bareScanner;
    this.#keypad = new KeypadFamily({ opener, clock, profiles: keypadProfiles, onLevel, onBoxKey, onFault });
    this.idCard = new IdCardFamily({ opener, clock });
    this.printer = new PrinterFamily({ opener, clock });
    const scanner = new ScannerFamily({ opener, clock, onScan, onFault });
    const queue = new QueueFamily({ datagrams, clock, onMessage: onQueue, onFault });
    const families = [this.#keypad, this.idCard, scanner, this.printer, queue];
    this.#hub = new PeripheralHub({ families, wallMs: () => listener.clock.wallMs(), keep, onFault });
  }

  /** Obeys a configuration from now on; a device whose settings are the same goes on undisturbed. */
  use(settings: PeripheralSettings): void {
    this.#hub.use({ ...settings, ...this.#trial });
  }

  /** Listens for enrolment codes alone, until there is a configuration. */
  useBare(): void {
    if (this.#bareScanner === undefined) return;
    const { path, baudRate } = this.#bareScanner;
    // Whatever is scanned at a bare device is meant to be its enrolment; the page looks at what it is.
    const anything = { caseSlip: ['0{256}'], enrolmentCode: ['[ -~]{4,256}'] };
    this.use({ scanner: scannerSettingsSchema.parse({ path, serial: plainLine(baudRate), ...anything }) });
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
