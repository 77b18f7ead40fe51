import { createHash } from 'node:crypto';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { faultsOf, type Offer } from './configuration-check.ts';
import type { CodedError, Warning } from './errors.ts';
import { IdentityError } from './identity/errors.ts';
import {
  chooseStored,
  isUsable,
  isWhole,
  type Provisioned,
  readProvisioning,
  type StoredPair,
  saveProvisioning,
} from './identity/provisioning.ts';
import type { Also } from './ledger/ledger.ts';
import type { EventBody } from './ledger/record.ts';

/**
 * Keeps the configuration over restarts, and remembers in the ledger what must outlive its files: the highest version
 * that was in force, and which document was refused last. What it finds amiss is told to the technician and, once, to the
 * chain. A folder that was put back whole brings its own memory with it: that only the centre can tell (manifests).
 */

export interface KeeperOptions {
  dataDir: string;
  /** A text kept by `keep`. */
  state(key: string): string | null;
  /** Events and what goes into their commit, of a device in service; nothing else has a chain to write to. */
  keep(events: readonly EventBody[], also: Also): void;
}

/** The configuration that was in force last. */
const FLOOR_KEY = 'configuration';
const floorSchema = z.object({ deviceId: z.string(), version: z.int() });
type Floor = z.infer<typeof floorSchema>;

/** Which document was refused last, so that one that is offered every ten minutes leaves one trace. */
const REFUSED_KEY = 'configuration_refused';
/** An event holds so much of a reason; the page shows it whole. */
const REASON_CHARS = 500;

export class ConfigurationKeeper {
  readonly #options: KeeperOptions;
  #found: { event: EventBody; text: string }[] = [];
  #refusal: Warning | null = null;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /**
   * What is stored, mended where one of its two files is amiss; null on a bare device.
   * @throws IdentityError `provisioning_unreadable`, `provisioning_missing`, or why the stored document cannot be used
   */
  async load(): Promise<Provisioned | null> {
    const pair = await readProvisioning(this.#options.dataDir);
    const floor = this.#floor();
    const chosen = this.#choose(pair, floor);
    if (chosen instanceof IdentityError) throw chosen;
    if (chosen === null) {
      if (floor !== null) throw missing(floor);
      return null;
    }
    if (!isWhole(pair)) this.#mend(pair, chosen);
    if (floor?.deviceId === chosen.deviceId && chosen.document.version < floor.version) this.#rolledBack(chosen, floor);
    return chosen;
  }

  /** A first file that is older than what was in force gives way to a copy that is not. */
  #choose(pair: StoredPair, floor: Floor | null) {
    const { main, copy } = pair;
    const isOld = (stored: Provisioned) =>
      floor?.deviceId === stored.deviceId && stored.document.version < floor.version;
    return isUsable(main) && isOld(main) && isUsable(copy) && !isOld(copy) ? copy : chooseStored(pair);
  }

  /** Both files as they should be; one that could not be read is set aside. */
  #mend({ main, copy }: StoredPair, chosen: Provisioned): void {
    const { dataDir } = this.#options;
    if (main instanceof IdentityError) {
      renameSync(join(dataDir, 'provisioning.json'), join(dataDir, 'provisioning.broken.json'));
    }
    this.save(chosen);
    // A device of an older release has no copy, and a cut between the two files leaves an older one: nothing is amiss.
    if (chosen === main && !(copy instanceof IdentityError)) return;
    const why = main instanceof IdentityError ? main.code : main === null ? 'missing' : 'older';
    this.#found.push({
      event: { type: 'configuration_restored', detail: { version: chosen.document.version, why } },
      text: `The stored configuration was ${why}; version ${chosen.document.version} was put back from its copy. Check the disk.`,
    });
  }

  #rolledBack({ document }: Provisioned, { version }: Floor): void {
    this.#found.push({
      event: { type: 'configuration_rolled_back', detail: { version: document.version, highest: version } },
      text: `Configuration ${document.version} is stored, and ${version} was in force: an older copy was put back. Ratings go on by it until the centre sends ${version} or later.`,
    });
  }

  #floor(): Floor | null {
    const text = this.#options.state(FLOOR_KEY);
    return text === null ? null : floorSchema.parse(JSON.parse(text));
  }

  /** The highest version of this device that was ever in force; 0 where none was. */
  floorOf({ deviceId }: Pick<Provisioned, 'deviceId'>): number {
    const floor = this.#floor();
    return floor?.deviceId === deviceId ? floor.version : 0;
  }

  /** What an offer is judged by. */
  offer(jws: string, present: Provisioned, nowMs: number): Offer {
    return { jws, present, floor: this.floorOf(present), nowMs };
  }

  /** A power cut leaves the old one or this one. */
  save({ document: _document, ...file }: Provisioned): void {
    saveProvisioning(this.#options.dataDir, file);
  }

  /** Whether this ledger was in service under another id before: what the new one is asked for begins anew. */
  isAnother(deviceId: string): boolean {
    const floor = this.#floor();
    return floor !== null && floor.deviceId !== deviceId;
  }

  /** The device is in service with it: kept for later starts, and what was found at this one goes into the chain. */
  inForce({ deviceId, document: { version } }: Provisioned, events: readonly EventBody[] = []): void {
    this.#refusal = null;
    const floor = this.#floor();
    const isHigher = floor?.deviceId !== deviceId || floor.version < version;
    const found = this.#found.map(({ event }) => event);
    if (!isHigher && found.length + events.length === 0) return;
    const state = isHigher ? { [FLOOR_KEY]: JSON.stringify({ deviceId, version } satisfies Floor) } : {};
    this.#options.keep([...found, ...events], { state });
  }

  /** An offered document was refused: told, and left in the chain once for each document and reason. */
  refused(jws: string, error: CodedError): void {
    // It is taken when its time has come; nobody has to do anything.
    if (error.code === 'configuration_early') return;
    const faults = faultsOf(error);
    const reason =
      faults.length === 0 ? error.message : faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
    this.#refusal = {
      code: 'configuration_refused',
      text: `A configuration was refused (${error.code}: ${reason}). ${error.hint}`,
    };
    const seen = createHash('sha256').update(`${error.code} ${jws}`).digest('base64url');
    if (this.#options.state(REFUSED_KEY) === seen) return;
    const detail = { code: error.code, reason: reason.slice(0, REASON_CHARS) };
    this.#options.keep([{ type: 'configuration_refused', detail }], { state: { [REFUSED_KEY]: seen } });
  }

  /** For the technician, until a good configuration is in force again or the device is started anew. */
  warnings(): Warning[] {
    const found = this.#found.map(({ event, text }) => ({ code: event.type, text }));
    return this.#refusal === null ? found : [...found, this.#refusal];
  }
}

function missing({ deviceId, version }: Floor): IdentityError {
  return new IdentityError(
    'provisioning_missing',
    `this device was in service as ${deviceId} with configuration ${version}, and both files of it are gone`,
    { next: 'stop', hint: 'Put its data folder back, or enrol it again; its ratings are safe in the ledger.' },
  );
}
