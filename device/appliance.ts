import type { ApplianceOptions, VoiceNow } from './appliance-options.ts';
import { Attached } from './attached/attached.ts';
import { ClockBlocks } from './clock-block.ts';
import { Commissioning } from './commissioning.ts';
import type { DryRun } from './configuration-check.ts';
import { NightWatch } from './content/night.ts';
import type { Picture } from './content/picture.ts';
import { LitScreens } from './day/lit-screens.ts';
import type { Desks } from './desks.ts';
import type { Warning } from './errors.ts';
import type { IdentityError } from './identity/errors.ts';
import { findIdentity, type Identity, keysOf, takeUpIdentity } from './identity/identity-store.ts';
import type { KeptIn } from './identity/keeping/device-keys.ts';
import type { Provisioned } from './identity/provisioning.ts';
import type { IdentityKey } from './identity/suite/key.ts';
import { InService } from './in-service.ts';
import type { Ledger } from './ledger/ledger.ts';
import { openLedger } from './ledger/open-ledger.ts';
import type { Outbox } from './ledger/outbox.ts';
import { type MaintenanceDoor, maintenanceDoor } from './maintenance-door.ts';
import { newId } from './new-id.ts';
import type { Peripherals } from './peripherals/peripherals.ts';
import { volumeAt } from './peripherals/voice/settings.ts';
import type { Rules } from './rules.ts';
import { bareCitizenView, bareStaffView } from './screens.ts';
import type { IdempotencyKey, OpenRequest, Service } from './service.ts';
import { type SideWork, startSideWork } from './side-work.ts';
import type { DiskState } from './storage/disk-watch.ts';
import type { CitizenCommand, CitizenView, StaffView } from './visit/views.ts';
import type { Window } from './window.ts';

/**
 * One device from a finger to a durable record (design §3). Owns the data folder; everything it answers is durable.
 * Without a configuration it shows that it is out of service and keeps its ledger and keys.
 */
export class Appliance {
  readonly #options: ApplianceOptions;
  readonly #ledger: Ledger;
  readonly #attached: Attached;
  readonly #listeners = new Set<() => void>();
  /** How far the clock is trusted, and what time it takes it to be; the agent tells it what it learns of the centre's. */
  readonly time: ClockBlocks;
  /** Told by whoever shows the citizen's page. */
  readonly screens = new LitScreens();
  readonly #inService: InService;
  readonly #side: SideWork;
  readonly #nightWatch: NightWatch;
  #deliveryPending = false;
  #keyInFile: IdentityError | null = null;
  /** Who may use the maintenance page. */
  readonly door: MaintenanceDoor;
  /** Key, centre and configuration, and the next of each. */
  readonly commissioning: Commissioning;

  private constructor(options: ApplianceOptions, ledger: Ledger, clockBlocks: ClockBlocks, identity: Identity) {
    this.#options = options;
    this.#ledger = ledger;
    this.time = clockBlocks;
    this.#attached = new Attached({
      peripherals: options.peripherals,
      dataDir: options.dataDir,
      clock: options.clock,
      key: () => this.key,
      service: () => this.#service,
      onChange: () => this.#changed(),
      onFault: options.onFault,
    });
    this.#inService = new InService({
      options,
      ledger,
      attached: this.#attached,
      time: clockBlocks,
      screens: this.screens,
      key: () => this.key,
      onChange: () => this.#changed(),
    });
    this.door = maintenanceDoor({
      dataDir: options.dataDir,
      clock: options.clock,
      deviceId: () => this.#codeName(),
      codeKey: () => this.#service?.provisioned.document.settings.technician?.codeKey,
      note: (type, detail) => this.#service?.window.note(type, detail),
    });
    this.#side = startSideWork({
      ...options,
      clockBlocks,
      ledger,
      window: () => this.#service?.window ?? null,
      windowInService: () => this.window(),
    });
    this.#nightWatch = new NightWatch(
      options.clock,
      () => this.#inService.isNight(),
      () => this.#changed(),
    );
    this.commissioning = new Commissioning({
      dataDir: options.dataDir,
      identity,
      state: (name) => ledger.state(name),
      keep: (events, also) => void this.window().keep(events, also),
      wallMs: () => options.clock.wallMs(),
      present: () => this.provisioned(),
      enter: (provisioned) => this.#enterService(provisioned),
      entered: () => this.#entered(),
      onFault: options.onFault,
    });
  }

  /**
   * Claims the data folder and takes the device into the state it was in before.
   * @throws LedgerError `ledger_in_use`, `ledger_newer`, `sqlite_too_old`, `key_damaged`
   */
  static async open(options: ApplianceOptions): Promise<Appliance> {
    const keys = keysOf(options.dataDir);
    const clockBlocks = new ClockBlocks(options.clock);
    const suite = findIdentity(options.dataDir)?.alg ?? options.suite ?? 'ed25519';
    const reserveBytes = options.storage?.reserveBytes ?? 0;
    const { dataDir: dir, onTrial: keepsSchema = false } = options;
    const ledger = openLedger({ dir, keys, clock: clockBlocks, suite, newId, reserveBytes, keepsSchema });
    try {
      const { identity, inFile } = takeUpIdentity(options.dataDir, suite, options.tpm ?? null);
      const appliance = new Appliance(options, ledger, clockBlocks, identity);
      appliance.#keyInFile = inFile;
      for (const fault of [inFile, identity.fault()]) if (fault !== null) options.onFault(fault);
      await appliance.commissioning.takeUp();
      if (appliance.#service === null) appliance.#attached.peripherals.useBare();
      else appliance.commissioning.forgetOldKey();
      appliance.#side.start();
      return appliance;
    } catch (error) {
      ledger.close();
      throw error;
    }
  }

  /** What the centre is asked to confirm; of a device in service only. */
  get manifests(): SideWork['manifests'] {
    return this.#side.manifests;
  }

  /** Daily proof that each grade gets through. */
  get canary(): SideWork['canary'] {
    return this.#side.canary;
  }

  /** Where work beside the window tells what a person should hear of. */
  get onFault(): (error: unknown) => void {
    return this.#options.onFault;
  }

  /** Null where nobody watches it, and before the first look. */
  diskState(): DiskState | null {
    return this.#side.disk?.state ?? null;
  }

  /**
   * What codes are bound to. A device that lost its configuration but has records is not bare: a passer-by must not
   * enrol it elsewhere; its key names it then.
   */
  #codeName(): string | null {
    return this.#service?.provisioned.deviceId ?? (this.#ledger.head().seq > 0 ? this.key.fingerprint : null);
  }

  get #service(): Service | null {
    return this.#inService.service;
  }

  #enterService(provisioned: Provisioned): void {
    this.#inService.enter(provisioned);
    // Before the new id is remembered: cut off in between, the next start finds the old one and does it again.
    if (this.commissioning.isAnother(provisioned.deviceId)) this.manifests.startAfter(this.#ledger.head().seq);
  }

  #entered(): void {
    this.#nightWatch.start();
    this.#changed();
  }

  #changed(): void {
    this.#attached.changed();
    for (const listener of this.#listeners) listener();
  }

  /** After every change of any view. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  citizenView(): CitizenView {
    const { trial } = this.#options;
    return this.#service === null
      ? bareCitizenView(trial, 'not_provisioned')
      : this.#service.screens.citizen(this.#service.window);
  }

  staffView(): StaffView {
    return this.#service === null
      ? bareStaffView(this.#options.trial)
      : this.#service.screens.staff(this.#service.window, this.#deliveryPending);
  }

  /** @throws the store's error: nothing was kept, the screen stays */
  citizen(command: CitizenCommand): boolean {
    return this.#service?.citizen(command) ?? false;
  }

  /** @throws WindowError, CodedError `idempotency_conflict` */
  openVisit(request: OpenRequest, idempotency: IdempotencyKey | null): string {
    return this.#inService.must().openVisit(request, idempotency);
  }

  /** What people and systems do beside the window. @throws WindowError `not_provisioned` */
  desks(): Desks {
    return this.#inService.desks();
  }

  /** The window of a device in service. @throws WindowError `not_provisioned` */
  window(): Window {
    return this.#inService.must().window;
  }

  /** The folder of everything that the device keeps. */
  get dataDir(): string {
    return this.#options.dataDir;
  }

  get outbox(): Outbox {
    return this.#ledger.outbox;
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  get key(): IdentityKey {
    return this.commissioning.key;
  }

  /** Where the device's key lies, why it does not sign, and why it is in a plain file though there is a TPM. */
  keyKeeping(): { keptIn: KeptIn; fault: IdentityError | null; inFile: IdentityError | null } {
    const { identity } = this.commissioning;
    return { keptIn: identity.keptIn, fault: identity.fault(), inFile: this.#keyInFile };
  }

  /** Null on a bare device. */
  provisioned(): Provisioned | null {
    return this.#service?.provisioned ?? null;
  }

  rules(): Rules | null {
    return this.#service?.rules ?? null;
  }

  /** What is attached to the window, for tests by a technician. */
  get attached(): Attached {
    return this.#attached;
  }

  /** What the window can say, and how loud it is now. */
  voice(): VoiceNow {
    const { volume = [], calls = false } = this.#service?.provisioned.document.settings.peripherals.voice ?? {};
    const volumePercent = volumeAt(volume, this.#options.clock.wallMs());
    const invites = !this.peripherals.padSpeaks;
    return { volumePercent, calls, invites, packs: this.#options.voicePacks ?? [] };
  }

  /** A photo or picture of the configuration in force. @param id SHA-256 in lower-case hex */
  picture(id: string): Picture | null {
    return this.#service?.content.picture(id) ?? null;
  }

  /** What is plugged in, for the technician. */
  get peripherals(): Peripherals {
    return this.#attached.peripherals;
  }

  warnings(): Warning[] {
    return [
      ...this.commissioning.warnings(),
      ...this.#side.warnings(),
      ...(this.#service?.rules.warnings ?? []),
      ...(this.#service?.content.warnings ?? []),
    ];
  }

  /** The visit whose rating screen is open and has no grade yet: the one a phone may still rate. */
  invitedVisit(): string | null {
    const state = this.#service?.window.state;
    return state?.name === 'inviting' ? (state.context.current?.visitId ?? null) : null;
  }

  /** Leaves a trace of a fact beside the visits, where the device is in service. @throws the store's error */
  noteFact(type: string, detail: Record<string, string | number | boolean | null>): void {
    this.#service?.window.note(type, detail);
  }

  /** Whether staff should be told that data wait for delivery; in words without any grade. */
  setDeliveryPending(pending: boolean): void {
    if (this.#deliveryPending === pending) return;
    this.#deliveryPending = pending;
    for (const listener of this.#listeners) listener();
  }

  /** A configuration offered by the centre. @returns its version @throws WindowError `not_provisioned`, as `Commissioning` */
  async offerConfiguration(jws: string): Promise<number> {
    return this.commissioning.offer(jws, this.#inService.must().provisioned);
  }

  /** What would come of a configuration; nothing is written. @throws WindowError `not_provisioned` */
  async tryConfiguration(jws: string): Promise<DryRun> {
    return this.commissioning.tryOut(jws, this.#inService.must().provisioned);
  }

  /** Closes port, timers and database, in this order, so that nothing is decided that cannot be kept. */
  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#side.stop();
    await this.#attached.stop();
    this.#nightWatch.stop();
    this.#inService.stop();
    this.#ledger.close();
  }
}
