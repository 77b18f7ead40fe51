import type { Clock } from '../../device/clock.ts';

/** The part of a child that stopping needs. */
export interface Stoppable {
  readonly name: string;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
  kill(): void;
}

export interface StopOutcome {
  /** Ended when asked, in this order. */
  stopped: string[];
  /** Did not end in their share of the time and were killed. */
  killed: string[];
}

/** Share of the limit that is kept for the operating system to bury what was killed. */
const BURIAL_SHARE = 0.1;

/**
 * Stops the last started first. Each has an equal share of the time that is left, so that one that hangs takes nothing
 * of the others': an agent stuck in a request must not cost the ledger its orderly end. Unused time goes to the rest.
 * @param limitMs total, killing included
 */
export async function stopInReverse(
  children: readonly Stoppable[],
  clock: Clock,
  limitMs: number,
): Promise<StopOutcome> {
  const outcome: StopOutcome = { stopped: [], killed: [] };
  const orderlyUntilMs = clock.monotonicMs() + limitMs * (1 - BURIAL_SHARE);
  const burials: Promise<void>[] = [];
  for (const [index, child] of children.toReversed().entries()) {
    const shareMs = Math.max(0, orderlyUntilMs - clock.monotonicMs()) / (children.length - index);
    const gone = child.stop();
    if (await within(clock, shareMs, gone)) {
      outcome.stopped.push(child.name);
    } else {
      child.kill();
      outcome.killed.push(child.name);
      burials.push(gone);
    }
  }
  await within(clock, limitMs * BURIAL_SHARE, Promise.all(burials));
  return outcome;
}

/** Whether `done` settles within `limitMs`. */
async function within(clock: Clock, limitMs: number, done: Promise<unknown>): Promise<boolean> {
  const limit = Promise.withResolvers<boolean>();
  const timer = clock.setTimer(limitMs, () => limit.resolve(false));
  const inTime = await Promise.race([done.then(() => true), limit.promise]);
  timer.cancel();
  return inTime;
}
