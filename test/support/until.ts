import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 50;
const LIMIT_MS = 60_000;

/**
 * Asks again until there is an answer, outside of a test too. @returns the first that is neither false nor missing
 * @throws Error when the limit is over
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  limitMs = LIMIT_MS,
): Promise<Exclude<T, false | null | undefined>> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer as never;
    if (performance.now() > giveUpAt) throw new Error(`not within ${limitMs} ms: ${ask.toString()}`);
    await delay(LOOK_MS);
  }
}
