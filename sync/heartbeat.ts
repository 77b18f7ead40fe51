import type { Clock } from '../device/clock.ts';
import type { Connector, HeartbeatOutcome, Pulse } from './connectors/connector.ts';
import { describeError } from './errors.ts';
import type { Log } from './log.ts';
import { pause } from './waker.ts';

/** Tells the centre every minute that this device is alive and what it still holds (reference-protocol §6). */
export interface Heartbeat {
  /** About once a minute. */
  tick(): void;
  stop(): void;
}

export interface HeartbeatParts {
  clock: Clock;
  random: () => number;
  log: Log;
  /** Null while nothing may be sent. */
  connector(): Connector | null;
  pulse(): Promise<Pulse>;
  heard(outcome: HeartbeatOutcome): void;
}

/** A tenth of the 60 s of reference-protocol §6: two beats are then 54 to 66 s apart. */
const SPREAD_MS = 6_000;

export function createHeartbeat(parts: HeartbeatParts): Heartbeat {
  const abort = new AbortController();
  let isBeating = false;

  async function beat(): Promise<void> {
    await pause(parts.clock, parts.random() * SPREAD_MS, abort.signal);
    const connector = parts.connector();
    if (connector === null || abort.signal.aborted) return;
    const outcome = await connector.heartbeat(await parts.pulse(), abort.signal);
    if (!abort.signal.aborted) parts.heard(outcome);
  }

  async function beatSafely(): Promise<void> {
    try {
      await beat();
    } catch (error) {
      parts.log.warn({ error: describeError(error) }, 'a heartbeat could not be made');
    }
    isBeating = false;
  }

  return {
    tick() {
      // A beat that still waits for its answer is not joined by another.
      if (isBeating || abort.signal.aborted) return;
      isBeating = true;
      void beatSafely();
    },
    stop: () => abort.abort(),
  };
}
