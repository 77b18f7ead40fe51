import { admitConfiguration, type DryRun, dryRun } from './configuration-check.ts';
import { ConfigurationKeeper, type KeeperOptions } from './configuration-keeper.ts';
import { CodedError, type Warning } from './errors.ts';
import type { Configuration, Jwks } from './identity/configuration.ts';
import { pendingOrder } from './identity/enrolment-order.ts';
import { forgetOtherIdentities, type Identity, nextIdentity } from './identity/identity-store.ts';
import { type Provisioned, verifyConfiguration } from './identity/provisioning.ts';
import type { IdentityKey, SuiteName } from './identity/suite/key.ts';
import type { EventBody } from './ledger/record.ts';
import { rulesOf } from './rules.ts';

/** What a centre gave to a device that enrolled. */
export interface Enrolment {
  deviceId: string;
  /** The address that the enrolment proved. */
  baseUrl: string;
  centreKeys: Jwks;
  /** Compact JWS. */
  configuration: string;
}

export interface CommissioningOptions extends KeeperOptions {
  /** The key that the device has now. */
  identity: Identity;
  /** ms since 1970 */
  wallMs: () => number;
  /** The configuration in force; null on a bare device. */
  present: () => Provisioned | null;
  /** Takes the device into service with a verified configuration. */
  enter: (provisioned: Provisioned) => void;
  /** The device is in service, and the ledger knows it. */
  entered: () => void;
  /** Anything that a person should hear of and that stops nothing. */
  onFault: (error: unknown) => void;
}

/** How a device comes to its key, its centre and its configuration, and to the next of each. */
export class Commissioning {
  readonly #options: CommissioningOptions;
  readonly #keeper: ConfigurationKeeper;
  readonly #listeners = new Set<() => void>();
  #identity: Identity;
  #startFault: Warning | null = null;

  constructor(options: CommissioningOptions) {
    this.#options = options;
    this.#identity = options.identity;
    this.#keeper = new ConfigurationKeeper(options);
  }

  get key(): IdentityKey {
    return this.#identity.key;
  }

  /** The key in force, with the place where it lies. */
  get identity(): Identity {
    return this.#identity;
  }

  /** Why the configuration that is there cannot be used; null where it can, or there is none. */
  get startFault(): Warning | null {
    return this.#startFault;
  }

  /**
   * Goes on with what the data folder holds. A provisioning that cannot be used leaves the window closed and says why; it
   * is never replaced by defaults.
   */
  async takeUp(): Promise<void> {
    try {
      const provisioned = await this.#keeper.load();
      if (provisioned !== null) this.#use(provisioned);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.#startFault = { code: error.code, text: `${error.message}. ${error.hint}` };
      this.#options.onFault(error);
    }
  }

  #use(provisioned: Provisioned, events: readonly EventBody[] = []): void {
    this.#options.enter(provisioned);
    this.#startFault = null;
    this.#keeper.inForce(provisioned, events);
    this.#options.entered();
  }

  /** Whether this ledger was in service under another id before: what the new one is asked for begins anew. */
  isAnother(deviceId: string): boolean {
    return this.#keeper.isAnother(deviceId);
  }

  /** What a power cut left behind a renewal; while one is under way both keys are needed. */
  forgetOldKey(): void {
    const { dataDir } = this.#options;
    if (pendingOrder(dataDir)?.renew !== true) forgetOtherIdentities(dataDir);
  }

  /** The key that a renewal asks with: the same one until it is in force. @param suite null: as the present one */
  nextKey(suite: SuiteName | null): Identity {
    return nextIdentity(this.#options.dataDir, suite);
  }

  /**
   * Takes what an enrolment gave, and is in service when this returns. A crash before leaves the device as it was, with
   * the key that it had; what is in the ledger goes on as it is.
   * @param next the key that the centre knows from now on; null: the present one
   * @throws IdentityError, PolicyError: nothing changed
   */
  async enrolled(given: Enrolment, next: Identity | null = null): Promise<void> {
    const document = await verifyConfiguration(given.configuration, given.centreKeys);
    rulesOf(document);
    const name = next?.name ?? this.#options.present()?.key;
    const provisioned = { ...given, ...(name === undefined ? {} : { key: name }), document };
    this.#keeper.save(provisioned);
    const events = next === null ? [] : [keyChanged(this.key, next.key)];
    this.#identity = next ?? this.#identity;
    this.#use(provisioned, events);
    this.connectionChanged();
    forgetOtherIdentities(this.#options.dataDir);
  }

  /**
   * A configuration offered by the centre; the last good one stays where it is refused.
   * @returns its version
   * @throws IdentityError, PolicyError, after the refusal left its trace
   */
  async offer(jws: string, present: Provisioned): Promise<number> {
    const document = await this.#admit(jws, present);
    const { version } = document;
    if (jws === present.configuration) return version;
    // The address that enrolment proved stands until the centre names another one.
    const moved = document.centre.baseUrl !== present.document.centre.baseUrl;
    const baseUrl = moved ? document.centre.baseUrl : present.baseUrl;
    const next = { ...present, baseUrl, configuration: jws, document };
    this.#keeper.save(next);
    this.#use(next, [{ type: 'configuration_changed', detail: { version } }]);
    this.connectionChanged();
    return version;
  }

  async #admit(jws: string, present: Provisioned): Promise<Configuration> {
    try {
      return await admitConfiguration(this.#keeper.offer(jws, present, this.#options.wallMs()));
    } catch (error) {
      if (error instanceof CodedError) this.#keeper.refused(jws, error);
      throw error;
    }
  }

  /** What would come of a configuration; nothing is written. */
  tryOut(jws: string, present: Provisioned): Promise<DryRun> {
    return dryRun(this.#keeper.offer(jws, present, this.#options.wallMs()));
  }

  /** After enrolment, every accepted configuration and every change of the way to the centre. */
  onConnectionChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** The way to the centre is another one: the agent opens its connection anew. */
  connectionChanged(): void {
    for (const listener of this.#listeners) listener();
  }

  /** For the technician; empty where nothing is amiss. */
  warnings(): Warning[] {
    return [...(this.#startFault === null ? [] : [this.#startFault]), ...this.#keeper.warnings()];
  }
}

/** Fingerprints are public: an auditor tells by them which key signed what. */
function keyChanged(former: IdentityKey, key: IdentityKey): EventBody {
  return { type: 'key_renewed', detail: { former: former.fingerprint, fingerprint: key.fingerprint, alg: key.alg } };
}
