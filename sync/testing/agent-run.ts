import { expect } from 'vitest';
import type { Clock } from '../../device/clock.ts';
import { type Bench, type BenchOptions, startBench } from './bench-appliance.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { someRecords } from './records.ts';
import { ScriptedConnector } from './scripted-connector.ts';

export const MINUTE = 60_000;

/** Time that only a test moves: `VirtualClock` of `device`, of which this folder may not know. */
interface SteeredClock extends Clock {
  readonly timerCount: number;
  advance(ms: number): Promise<void>;
  settle(): Promise<void>;
}

/** One agent in virtual time between an outbox in memory and a centre that says what a test wrote down for it. */
export class AgentRun {
  readonly clock: SteeredClock;
  readonly connector: ScriptedConnector;
  readonly outbox: MemoryOutbox;
  #bench: Bench | null = null;

  constructor(clock: SteeredClock) {
    this.clock = clock;
    this.connector = new ScriptedConnector(() => this.clock.monotonicMs());
    this.outbox = new MemoryOutbox(this.clock, []);
  }

  get bench(): Bench {
    if (this.#bench === null) throw new Error('no agent was started');
    return this.#bench;
  }

  /** @param count of records that lie ready */
  async start(count: number, options: Partial<BenchOptions> = {}): Promise<void> {
    this.outbox.add(someRecords(count));
    this.#bench = startBench({ clock: this.clock, outbox: this.outbox, family: this.connector, ...options });
    await this.clock.settle();
  }

  lastLink(): Bench['links'][number] | undefined {
    return this.bench.links.at(-1);
  }

  /** For `afterEach`: nothing is left behind, no lease and no timer. */
  async end(): Promise<void> {
    const stopped = this.bench.agent.stop();
    await this.clock.advance(5_000);
    await stopped;
    expect(this.outbox.in('leased')).toEqual([]);
    expect(this.clock.timerCount).toBe(0);
  }
}
