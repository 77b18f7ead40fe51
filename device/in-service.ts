import type { ApplianceOptions } from './appliance-options.ts';
import type { Attached } from './attached/attached.ts';
import type { ClockBlocks } from './clock-block.ts';
import { nightAt } from './content/night.ts';
import { WindowContent } from './content/window-content.ts';
import type { LitScreens } from './day/lit-screens.ts';
import { Desks } from './desks.ts';
import type { Configuration } from './identity/configuration.ts';
import type { Provisioned } from './identity/provisioning.ts';
import type { IdentityKey } from './identity/suite/key.ts';
import type { Ledger } from './ledger/ledger.ts';
import { newId } from './new-id.ts';
import { type Rules, rulesOf } from './rules.ts';
import { Screens } from './screens.ts';
import { Service } from './service.ts';
import { Window } from './window.ts';
import { WindowError } from './window-errors.ts';

export interface InServiceParts {
  options: Pick<ApplianceOptions, 'clock' | 'trial' | 'trialPolicyId' | 'onFault'>;
  ledger: Ledger;
  attached: Attached;
  time: ClockBlocks;
  /** Whether a page is seen. */
  screens: LitScreens;
  key: () => IdentityKey;
  /** After every change of any view. */
  onChange: () => void;
}

/**
 * What a device has only under a configuration. Window and desks are made with the first one and stay, with whoever is at
 * them; what a configuration decides is laid around them anew with each.
 */
export class InService {
  readonly #parts: InServiceParts;
  #service: Service | null = null;
  #desks: Desks | null = null;

  constructor(parts: InServiceParts) {
    this.#parts = parts;
  }

  /** Null on a bare device. */
  get service(): Service | null {
    return this.#service;
  }

  /** @throws WindowError `not_provisioned` */
  must(): Service {
    if (this.#service !== null) return this.#service;
    throw new WindowError(
      'not_provisioned',
      'this device has no configuration yet',
      'Enrol it on the technician’s page.',
    );
  }

  /** What people and systems do beside the window. @throws WindowError `not_provisioned` */
  desks(): Desks {
    this.must();
    if (this.#desks === null) throw new Error('a device in service has its desks');
    return this.#desks;
  }

  /** Takes a configuration into force; the visit that is open goes on. */
  enter(provisioned: Provisioned): void {
    const { options, ledger, attached, key } = this.#parts;
    const { trial, trialPolicyId, clock } = options;
    const { document, deviceId } = provisioned;
    const rules = rulesOf(document, trial ? trialPolicyId : null);
    const called = () => attached.called.shown;
    const card = () => attached.raterCard.asked;
    const atWindow = () => this.#desks?.staff.atWindow() ?? null;
    const content = new WindowContent(document);
    const known = { trial, clock, deviceId, configuration: document, rules, content };
    const screens = new Screens({ ...known, called, card, atWindow, key: key() });
    const window = this.#service?.window ?? this.#startWindow(rules, document);
    this.#service = new Service({ provisioned, rules, window, screens, content, ledger, clock });
    this.#desks ??= this.#startDesks(rules, document);
    this.#desks.configurationChanged();
    attached.use(document);
  }

  isNight(): boolean {
    if (this.#service === null) return false;
    const { provisioned, rules } = this.#service;
    const nowMs = this.#parts.options.clock.wallMs();
    return nightAt(nowMs, provisioned.document.settings.hours, rules.calendar) !== null;
  }

  /** Ends every timer; what is open stays open for the next start. */
  stop(): void {
    this.#desks?.stop();
    this.#service?.window.stop();
  }

  /** @param first what holds until the service around the window is there */
  #startWindow(first: Rules, document: Configuration): Window {
    const { options, ledger, attached, time, onChange } = this.#parts;
    const { clock, onFault } = options;
    const { settings, rules } = this.#present(first, document);
    const window = new Window({
      store: ledger,
      clock,
      dateMs: () => time.dateMs(),
      newId,
      guided: () => settings().guide === 'always',
      recordHash: (id) => ledger.get(id)?.hash ?? null,
      rules,
      layout: () => settings().layout,
      hours: () => settings().hours,
      rater: (visitId) => attached.raterCard.sealedFor(visitId),
      onFault,
    });
    window.start();
    window.onChange(onChange);
    return window;
  }

  #startDesks(first: Rules, document: Configuration): Desks {
    const { options, ledger, time, screens, key, onChange } = this.#parts;
    const { clock, onFault } = options;
    const { configuration, rules } = this.#present(first, document);
    return new Desks({
      ledger,
      clock,
      rules,
      configuration,
      isWindowBusy: () => this.#service?.window.isBusyForStaff() ?? false,
      isPaused: () => this.#service?.window.state.name === 'paused',
      screens,
      nowMs: () => time.dateMs(),
      fingerprint: key().fingerprint,
      onChange,
      onFault,
    });
  }

  /** What is in force whenever it is asked for: `first` and `document` until there is a service. */
  #present(first: Rules, document: Configuration) {
    const configuration = () => this.#service?.provisioned.document ?? document;
    const settings = () => configuration().settings;
    const rules = () => this.#service?.rules ?? first;
    return { configuration, settings, rules };
  }
}
