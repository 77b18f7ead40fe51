import type { Clock } from '../clock.ts';
import { CodedError } from '../errors.ts';
import type { Level } from '../ledger/record.ts';
import type { NoteDetail } from './family.ts';
import { guarded } from './guard.ts';
import { type PeripheralEvent, PeripheralHub, type PeripheralStatus } from './hub.ts';
import { IdCardFamily } from './id-card/id-card-family.ts';
import type { BoxKey } from './keypad/framing/frame-reader.ts';
import { KeypadFamily } from './keypad/keypad-family.ts';
import { chooseProfile } from './keypad/learning/choose-profile.ts';
import { KeypadSchool, type LearningReport, type LearningRequest } from './keypad/learning/keypad-school.ts';
import { LearnedStore } from './keypad/learning/learned-store.ts';
import type { KeypadProfile } from './keypad/profile.ts';
import type { PortOpener } from './port/opener.ts';
import { plainLine } from './port/serial-settings.ts';
import { PortTap, type Secrecy, type TrafficLine } from './port-tap.ts';
import { PrinterFamily } from './printer/printer-family.ts';
import { type DatagramOpener, systemDatagrams } from './queue/datagrams.ts';
import { QueueFamily, type QueueFamilySetup } from './queue/queue-family.ts';
import { LONGEST_SCAN_CHARS } from './scanner/line-reader.ts';
import type { ScanPattern } from './scanner/scan-pattern.ts';
import { ScannerFamily, type ScannerFamilySetup } from './scanner/scanner-family.ts';
import { scannerSettingsSchema } from './scanner/settings.ts';
import type { FamilyName, PeripheralSettings } from './settings.ts';
import { PortBench } from './trial/port-bench.ts';

/**
 * Whatever is scanned at a bare device is meant to be its enrolment; the page looks at what it is. Longer than a hall's
 * own patterns may be: an order carries the centre's authority, where that is a private one.
 */
const ANY_PRINTABLE: ScanPattern = { atoms: [{ ranges: [[0x20, 0x7e]], least: 4, most: LONGEST_SCAN_CHARS }] };

/** The world as peripherals need it. */
export interface PeripheralOptions {
  opener: PortOpener;
  /** Where a queue system is heard; this machine's own sockets where left out. */
  datagrams?: DatagramOpener;
  /** Of the drivers' waits; the appliance's where left out. */
  clock?: Clock;
  /** Shipped profiles of button boxes by id; learned ones come from the data folder. */
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
  /** Where a technician tries out a port. */
  readonly bench: PortBench;
  readonly #trial: PeripheralSettings;
  readonly #bareScanner: PeripheralOptions['bareScanner'];
  readonly #keypad: KeypadFamily;
  readonly #hub: PeripheralHub;
  readonly #tap: PortTap;
  readonly #store: LearnedStore;
  readonly #school: KeypadSchool;
  #settings: PeripheralSettings = {};
  #inviting = false;

  /** @param learnedDir folder for what this device learned of button boxes; made when something is */
  constructor(options: PeripheralOptions, listener: PeripheralListener, learnedDir: string) {
    const { clock = listener.clock, keypadProfiles, datagrams = systemDatagrams, trial = {} } = options;
    const { onLevel, onBoxKey, onScan, onQueue, keep, onFault } = listener;
    this.#trial = trial;
    const opener = new PortTap({ opener: options.opener, clock, secrecy: (path) => this.#secrecy(path) });
    this.#tap = opener;
    this.#bareScanner = options.bareScanner;
    const profiles = new Map(keypadProfiles);
    this.#keypad = new KeypadFamily({ opener, clock, profiles, onLevel, onBoxKey, onFault });
    this.idCard = new IdCardFamily({ opener, clock });
    this.printer = new PrinterFamily({ opener, clock });
    const scanner = new ScannerFamily({ opener, clock, onScan, onFault });
    const queue = new QueueFamily({ datagrams, clock, onMessage: onQueue, onFault });
    const families = [this.#keypad, this.idCard, scanner, this.printer, queue];
    this.#hub = new PeripheralHub({ families, wallMs: () => listener.clock.wallMs(), keep, onFault });
    this.#store = new LearnedStore(learnedDir, onFault);
    const keypads = {
      store: this.#store,
      profiles,
      configured: () => this.#configuredKeypad(),
      note: (type: string, detail: NoteDetail) => guarded(onFault, () => keep(type, detail)),
    };
    const lend = (family: FamilyName) => this.#hub.lend(family);
    const giveBack = (family: FamilyName) => this.#giveBack(family);
    this.#school = new KeypadSchool({
      opener,
      clock,
      ...keypads,
      lend: () => lend('keypad'),
      giveBack: () => giveBack('keypad'),
      onFault,
    });
    this.bench = new PortBench({
      opener,
      clock,
      profiles,
      status: () => this.status(),
      lend,
      giveBack,
      choose: (path, profile, baudRate) => {
        const id = chooseProfile(keypads, path, profile, baudRate);
        giveBack('keypad');
        return id;
      },
      isLearning: () => this.#school.isRunning,
    });
  }

  /** Obeys a configuration from now on; a device whose settings are the same goes on undisturbed. */
  use(settings: PeripheralSettings): void {
    this.#settings = settings;
    this.#obey();
  }

  #obey(): void {
    const keypad = this.#store.chosen(this.#configuredKeypad());
    this.#hub.use({ ...this.#settings, ...this.#trial, ...(keypad === null ? {} : { keypad }) });
  }

  #configuredKeypad() {
    return this.#trial.keypad ?? this.#settings.keypad ?? null;
  }

  #giveBack(family: FamilyName): void {
    this.#obey();
    this.#hub.renew(family);
  }

  /**
   * Begins to learn a button box. The window's own is out of service meanwhile; touch goes on.
   * @throws CodedError `citizen_is_rating`, `learning_already`, `trial_already`
   */
  learnKeypad(request: LearningRequest): void {
    if (this.bench.isTrying) {
      const hint = 'Wait until the trial is over, or stop it.';
      throw new CodedError('trial_already', 'a port is being tried', { next: 'refuse', hint });
    }
    this.bench.stopListening();
    if (this.#inviting) {
      const hint = 'Wait until the citizen is done or the minute is over.';
      throw new CodedError('citizen_is_rating', 'a citizen is being asked', { next: 'refuse', hint });
    }
    this.#school.begin(request);
  }

  /** The lesson under way or the newest one; null where there was none since the start. */
  learning(): LearningReport | null {
    return this.#school.report();
  }

  /** The box has no key for the grade that is asked for. */
  keyIsAbsent(): void {
    this.#school.absent();
  }

  stopLearning(): void {
    this.#school.stop();
  }

  /** On the digits of a call box: how many wait, and the ticket called; 0 … 999 or null for blank. */
  show(waiting: number | null, ticket: number | null): void {
    this.#keypad.show(waiting, ticket);
  }

  /** Listens for enrolment codes alone, until there is a configuration. */
  useBare(): void {
    if (this.#bareScanner === undefined) return;
    const { path, baudRate } = this.#bareScanner;
    const scanner = scannerSettingsSchema.parse({ path, serial: plainLine(baudRate), caseSlip: ['0{256}'] });
    this.use({ scanner: { ...scanner, enrolmentCode: [ANY_PRINTABLE] } });
  }

  /** The button box asks with a voice of its own. */
  get padSpeaks(): boolean {
    return this.#keypad.speaks;
  }

  setInviting(inviting: boolean): void {
    this.#inviting = inviting;
    this.bench.setInviting(inviting);
    this.#keypad.setInviting(inviting);
  }

  status(): PeripheralStatus[] {
    return this.#hub.status();
  }

  recent(): readonly PeripheralEvent[] {
    return this.#hub.recent();
  }

  /** What went over the ports, newest first, with nothing of a person and no citizen's choice in it. */
  traffic(): TrafficLine[] {
    return this.#tap.lines();
  }

  #secrecy(path: string): Secrecy {
    const { idCard } = this.#settings;
    const keypad = this.#store.chosen(this.#configuredKeypad());
    if (path === idCard?.path || (this.#inviting && path === keypad?.path)) return 'private';
    return this.status().some((device) => device.path === path) ? 'known' : 'unknown';
  }

  async stop(): Promise<void> {
    this.bench.stop();
    this.#school.stop();
    await this.#hub.stop();
  }
}
