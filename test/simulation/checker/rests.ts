import type { Complaint } from '../history.ts';
import type { Attempt } from '../network.ts';
import { complaint, type Evidence } from './evidence.ts';

/** Whatever fails, a device is no burden to its centre. */

/** @returns every broken promise, worst first */
export function checkLoad({ history: { attempts } }: Evidence): Complaint[] {
  return [...attempts.flatMap(checkRests), ...checkStorm(attempts.flat())];
}

const SAME_REST_MS = 5;
const SHORTEST_REST_MS = 400;
const FEW = 4;

/** Failures in a row are followed by rests, and equal failures by unequal ones: a region must not come back as one. */
function checkRests(attempts: readonly Attempt[]): Complaint[] {
  const rests = new Map<number, number[]>();
  let failures = 0;
  for (const [index, { came, endedAtMs }] of attempts.entries()) {
    failures = came === 'well' ? 0 : failures + 1;
    const next = attempts[index + 1];
    if (came !== 'failed' || next === undefined) continue;
    const restMs = next.sentAtMs - endedAtMs;
    if (restMs < SHORTEST_REST_MS) return [complaint('no storms', `${restMs.toFixed(0)} ms of rest after a failure`)];
    rests.set(failures, [...(rests.get(failures) ?? []), restMs]);
  }
  const equal = [...rests].find(
    ([, list]) => list.length >= FEW && Math.max(...list) - Math.min(...list) < SAME_REST_MS,
  );
  return equal === undefined
    ? []
    : [complaint('no lockstep', `failure ${equal[0]} is always followed by ${equal[1][0]} ms`)];
}

const HOUR_MS = 3_600_000;
/** A device whose date ends today tries every 15 s on average, and signs twice where a proxy repeats it. */
const BATCHES_AN_HOUR = 700;

/** Whatever fails and however often: a device is no burden to a centre. */
function checkStorm(attempts: readonly Attempt[]): Complaint[] {
  const last = attempts.find(
    ({ sentAtMs }, index) =>
      sentAtMs - (attempts[index - BATCHES_AN_HOUR]?.sentAtMs ?? Number.NEGATIVE_INFINITY) < HOUR_MS,
  );
  if (last === undefined) return [];
  return [
    complaint('no storms', `more than ${BATCHES_AN_HOUR} batches in the hour before ${last.sentAtMs.toFixed(0)} ms`),
  ];
}
