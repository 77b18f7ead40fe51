import { join } from 'node:path';
import type { AnomalyKind } from '../anomaly/flags.ts';
import type { Clock } from '../clock.ts';
import type { Configuration } from '../identity/configuration.ts';
import { sealingKeyOf, sealRater } from '../identity/rater-seal.ts';
import type { IdentityKey } from '../identity/suite/key.ts';
import { visitLink } from '../identity/visit-link.ts';
import type { Level } from '../ledger/record.ts';
import type { CardIdentity } from '../peripherals/id-card/card-identity.ts';
import { type PeripheralOptions, Peripherals } from '../peripherals/peripherals.ts';
import { builtinSlipTexts } from '../peripherals/printer/case-slip.ts';
import type { Scan } from '../peripherals/scanner/scan-rules.ts';
import type { ScannerSettings } from '../peripherals/scanner/settings.ts';
import type { Service } from '../service.ts';
import { isStaffCard } from '../staff/staff-card.ts';
import type { VisitState } from '../visit/machine.ts';
import { WindowError } from '../window-errors.ts';
import { CalledNumber } from './called-number.ts';
import { EnrolmentScan } from './enrolment-scan.ts';
import { NumberDisplay } from './number-display.ts';
import { openOrInvite } from './open-visit.ts';
import { type PrintedForm, printPaperForm } from './paper-forms.ts';
import { QueueCalls } from './queue-calls.ts';
import { RaterCard } from './rater-card.ts';
import { SlipPrinting } from './slip-printing.ts';

export interface AttachedSetup {
  peripherals: PeripheralOptions;
  /** The data folder. */
  dataDir: string;
  clock: Clock;
  /** The key in force. */
  key: () => Pick<IdentityKey, 'alg' | 'sign' | 'fingerprint'>;
  /** The device in service; null while it is bare. */
  service: () => Service | null;
  /** Something beside the window changed that a view shows. */
  onChange: () => void;
  onFault: (error: unknown) => void;
}

/** States in which a visit may still need to know who rates. */
const RATER_STATES: ReadonlySet<VisitState['name']> = new Set(['serving', 'inviting', 'reasons']);

/** What is attached to the window, joined to its visits: keys rate, scans and calls open, cards name, slips are printed. */
export class Attached {
  readonly peripherals: Peripherals;
  readonly called: CalledNumber;
  readonly enrolmentScan: EnrolmentScan;
  readonly raterCard: RaterCard;
  readonly #setup: AttachedSetup;
  readonly #slips: SlipPrinting;
  readonly #digits: NumberDisplay;

  constructor(setup: AttachedSetup) {
    const { clock, service, onChange, onFault } = setup;
    this.#setup = setup;
    this.called = new CalledNumber(clock, onChange);
    this.enrolmentScan = new EnrolmentScan(clock);
    const calls = new QueueCalls({ service, called: this.called, wallMs: () => clock.wallMs() });
    this.peripherals = new Peripherals(
      setup.peripherals,
      {
        clock,
        onLevel: (level: Level) => service()?.window.key(level),
        onBoxKey: (key) => calls.boxKey(key),
        onScan: (scan, settings) => this.#scanned(scan, settings),
        onQueue: (message, settings) => calls.obey(message, settings),
        keep: (type, detail) => service()?.window.note(type, detail),
        onFault,
      },
      join(setup.dataDir, 'keypad'),
    );
    this.#digits = new NumberDisplay({
      show: (ticket) => this.peripherals.show(null, ticket),
      newest: () => this.called.newest,
      isCalling: () => this.called.shown !== null,
    });
    this.raterCard = new RaterCard({
      reader: this.peripherals.idCard,
      seal: (identity, visitId) => this.#seal(identity, visitId),
      onSealed: (visitId) => this.#raterKnown(visitId),
      isStaffs: (identity) => this.#isStaffs(identity),
      onStaffs: (visitId) => this.#hint('staff_card', visitId),
      onFault,
    });
    this.#slips = new SlipPrinting({
      printer: this.peripherals.printer,
      texts: builtinSlipTexts,
      place: () => placeOf(service()?.provisioned.document),
      link: (visit) => this.#link(visit),
    });
  }

  /** Obeys a configuration from now on. */
  use({ settings }: Configuration): void {
    this.peripherals.use(settings.peripherals);
  }

  /** To be called after every change of the window. */
  changed(): void {
    const service = this.#setup.service();
    if (service === null) return;
    const { state } = service.window;
    this.peripherals.setInviting(state.name === 'inviting' || state.name === 'reasons');
    this.raterCard.watch(this.#raterWantedIn(service));
    const nowMs = this.#setup.clock.monotonicMs();
    this.#slips.watch(state, nowMs);
    this.#digits.watch(state, nowMs);
  }

  /** Which visit's rater is to be known: none, unless the policy asks the device and the centre gave a key to seal to. */
  #raterWantedIn({ rules, window, provisioned }: Service): string | null {
    const { current } = window.state.context;
    const { realName, by } = rules.pack.raterIdentity;
    const asked = realName.value && by.value === 'device' && sealingKeyOf(provisioned.centreKeys) !== null;
    return asked && current !== null && RATER_STATES.has(window.state.name) ? current.visitId : null;
  }

  async #seal(identity: CardIdentity, visitId: string): Promise<string> {
    const key = sealingKeyOf(this.#setup.service()?.provisioned.centreKeys ?? { keys: [] });
    if (key === null) throw new Error('the key to seal to went away');
    const rater = { name: identity.name(), number: identity.number(), kind: identity.summary().kind };
    return sealRater(rater, visitId, key);
  }

  async #isStaffs(identity: CardIdentity): Promise<boolean> {
    const cards = this.#setup.service()?.provisioned.document.settings.staffCards;
    return cards !== undefined && isStaffCard(identity.number(), cards);
  }

  /** An event of its own, of the visit and the kind alone. @throws the store's error */
  #hint(kind: AnomalyKind, visitId: string): void {
    this.#setup.service()?.window.note('anomaly', { kind, visitId });
  }

  /** What could not be kept now is kept with the next change of the rating: the seal stays in memory. */
  #raterKnown(visitId: string): void {
    try {
      this.#setup.service()?.window.raterKnown(visitId);
      this.#setup.onChange();
    } catch (error) {
      this.#setup.onFault(error);
    }
  }

  #scanned(scan: Scan, { item, invite }: ScannerSettings): void {
    if (scan.type === 'enrolment_code') this.enrolmentScan.take(scan.code);
    const service = this.#setup.service();
    if (scan.type !== 'case_slip' || service === null) return;
    const { caseNo, serviceNo } = scan;
    openOrInvite(service, { caseNo, serviceNo, trigger: 'scan', inviteAtOnce: invite, itemCode: item });
  }

  #link(visit: Parameters<typeof visitLink>[0]): string | null {
    const provisioned = this.#setup.service()?.provisioned;
    if (provisioned === undefined) return null;
    const { deviceId, document } = provisioned;
    return visitLink(visit, { deviceId, configuration: document, key: this.#setup.key() });
  }

  /** Prints a blank paper form. @throws WindowError `not_provisioned`, or the ledger's error: nothing is printed */
  async printPaperForm(): Promise<PrintedForm> {
    const { service, key } = this.#setup;
    const present = service();
    if (present !== null) return printPaperForm(this.peripherals.printer, present, key().fingerprint);
    throw new WindowError('not_provisioned', 'this device has no configuration yet', 'Enrol it first.');
  }

  /** Final. Resolves when nothing of any device is left. */
  stop(): Promise<void> {
    this.called.stop();
    return this.peripherals.stop();
  }
}

function placeOf(document: Configuration | undefined): { hall: string; window: string } {
  return { hall: document?.window.hall ?? '', window: document?.window.number ?? '' };
}
