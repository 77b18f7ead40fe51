import type { Appliance } from '../../device/appliance.ts';
import { systemClock } from '../../device/clock.ts';
import { loadWay } from '../../device/identity/network-settings.ts';
import type { CentreProbe } from '../checks/centre-probe.ts';

/** While somebody looks at the page; the agent's own line is told every two seconds beside it. */
const FRESH_MS = 5 * 60_000;

/** Walks to the centre for whoever looks at the maintenance page: one walk at a time, none while nobody looks. */
export class CentreLook {
  readonly #appliance: Appliance;
  readonly #version: string;
  #last: CentreProbe | null = null;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #walking: Promise<void> | null = null;

  constructor(appliance: Appliance, version: string) {
    this.#appliance = appliance;
    this.#version = version;
    // Another proxy, authority or centre: what was seen before is about another way.
    appliance.commissioning.onConnectionChange(() => {
      this.#last = null;
      this.#lastAtMs = Number.NEGATIVE_INFINITY;
    });
  }

  /** What was seen last; begins another walk where that is old. Null before the first one ended. */
  glance(): CentreProbe | null {
    if (systemClock.monotonicMs() - this.#lastAtMs > FRESH_MS) void this.look();
    return this.#last;
  }

  /** Walks now, or joins the walk under way. Never rejects. */
  look(): Promise<void> {
    this.#walking ??= this.#walk().finally(() => {
      this.#walking = null;
    });
    return this.#walking;
  }

  async #walk(): Promise<void> {
    const provisioned = this.#appliance.provisioned();
    this.#lastAtMs = systemClock.monotonicMs();
    if (provisioned === null) return;
    try {
      // Loaded when they are first needed: the appliance itself never speaks to a network, and is up a fifth sooner so.
      const [{ probeCentre }, { askSigned }] = await Promise.all([
        import('../checks/centre-probe.ts'),
        import('../checks/signed-question.ts'),
      ]);
      const { key, dataDir } = this.#appliance;
      const way = loadWay(dataDir);
      const parts = { provisioned, key, way, version: this.#version };
      const { baseUrl, deviceId } = provisioned;
      const target = { baseUrl, deviceId, way, askSigned: (signal: AbortSignal) => askSigned(parts, signal) };
      this.#last = await probeCentre(target, systemClock.wallMs());
    } catch (error) {
      this.#appliance.onFault(error);
    }
  }
}
