import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from './clock.ts';
import type { ClockBlock } from './ledger/record.ts';

/** No device of ours is older than this; a clock before it was never set (a dead battery starts at 1970). */
const EARLIEST_PLAUSIBLE_MS = Date.parse('2026-01-01T00:00:00+08:00');
const LINUX_BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** The id of this boot of the machine; where the system has none, of this process. */
export function readBootId(): string {
  try {
    return readFileSync(LINUX_BOOT_ID, 'utf8').trim();
  } catch {
    return randomUUID(); // not Linux: monotonic time is then comparable within this process only, as the id says
  }
}

/** How far the device trusts its clock, as every record carries it (reference-protocol §4). */
export class ClockBlocks {
  readonly #clock: Clock;
  readonly #bootId: string;
  #offsetMs: number | null = null;

  constructor(clock: Clock, bootId: string = readBootId()) {
    this.#clock = clock;
    this.#bootId = bootId;
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  /** The centre's clock minus ours; null while it is not known. */
  get offsetMs(): number | null {
    return this.#offsetMs;
  }

  /** @param offsetMs the centre's clock minus ours, as an exchange with it showed */
  learn(offsetMs: number): void {
    this.#offsetMs = Math.round(offsetMs);
  }

  block(): ClockBlock {
    const monotonicMs = Math.floor(this.#clock.monotonicMs());
    return { quality: this.#quality(), offsetMs: this.#offsetMs ?? 0, bootId: this.#bootId, monotonicMs };
  }

  #quality(): ClockBlock['quality'] {
    if (this.#offsetMs !== null) return 'synced';
    return this.#clock.wallMs() < EARLIEST_PLAUSIBLE_MS ? 'unset' : 'holdover';
  }
}
