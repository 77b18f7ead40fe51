import type { Clock } from '../../device/clock.ts';
import { RECYCLED, type Recoverer, type WindowAnswer, type WindowReport, windowAnswerSchema } from './contract.ts';

/** The device is on this machine; one that takes longer is busy starting or does not answer. */
const LIMIT_MS = 3_000;

/** Where a running device is told and asked about its window. */
export interface WindowDoor {
  /** Any address of the loopback listener. */
  url: string;
  /** The token of commands; null in trial mode, which asks for none. */
  console: string | null;
}

/** Tells the device what was brought back and hears what it knows. @throws Error where it does not answer as it should */
export async function reportWindow(door: WindowDoor, report: WindowReport): Promise<WindowAnswer> {
  const response = await fetch(new URL('/window/report', door.url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(door.console === null ? {} : { authorization: `Bearer ${door.console}` }),
    },
    body: JSON.stringify(report),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  if (!response.ok) throw new Error(`the device answered ${response.status}`);
  return windowAnswerSchema.parse(await response.json());
}

/** How often what was brought back, by reason, since the start of whoever counts. */
export class Recoveries {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #from: Recoverer;
  readonly #counts = new Map<string, number>();
  #last: { reason: string; atMs: number } | null = null;

  constructor(clock: Pick<Clock, 'monotonicMs'>, from: Recoverer) {
    this.#clock = clock;
    this.#from = from;
  }

  count(reason: string, times = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + times);
    if (reason !== RECYCLED) this.#last = { reason, atMs: this.#clock.monotonicMs() };
  }

  report(): WindowReport {
    const last =
      this.#last === null
        ? null
        : { reason: this.#last.reason, agoMs: Math.max(0, Math.round(this.#clock.monotonicMs() - this.#last.atMs)) };
    return { from: this.#from, recoveries: Object.fromEntries(this.#counts), last };
  }
}
