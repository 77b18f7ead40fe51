import { schedule } from 'node-cron';

/** Calls `run` about once a minute until stopped. What is due is decided elsewhere; a missed or doubled tick is harmless. */
export type Ticker = (run: () => void) => { stop(): void };

/**
 * The one wrapper of node-cron.
 * @param second 0–59, of each minute; from the device id or at random, so that a region does not tick as one
 */
export function minuteTicker(second: number): Ticker {
  return (run) => {
    const task = schedule(`${second} * * * * *`, () => run(), { suppressMissedWarning: true });
    return { stop: () => void task.destroy() };
  };
}
