import { createHash } from 'node:crypto';
import type { Clock } from '../device/clock.ts';
import { DAY_MS, SHANGHAI_OFFSET_MS } from '../device/time.ts';
import type { Connector, Failure, Manifest, ManifestOutcome } from './connectors/connector.ts';
import type { CompletenessCalls } from './device-port.ts';
import { describeError } from './errors.ts';
import type { Log } from './log.ts';
import { MAX_MISSING_RANGES, type ManifestAnswer, type ManifestPlan } from './port/contract.ts';
import { restMs } from './retry.ts';
import type { TrustClock } from './trust-clock.ts';

/**
 * Asks the centre what it holds (补报, reference-protocol §6): within ten minutes of every start, because a start may
 * follow a restore or a salvage, and once a day at a minute of the device's own, so that a region does not ask as one.
 * What follows from the answer is the appliance's business.
 */
export interface Reconcile {
  /** About once a minute, by the agent's ticker. */
  tick(): void;
  /** Another connection, or none. */
  reset(deviceId: string | null): void;
  stop(): void;
}

export interface ReconcileParts {
  clock: Clock;
  trustClock: TrustClock;
  random: () => number;
  log: Log;
  /** Null while nothing may be sent. */
  connector(): Connector | null;
  completeness: Pick<CompletenessCalls, 'plan' | 'answer'>;
  heard(failure: Failure): void;
}

const FIRST_AFTER_MS = 60_000;
const FIRST_SPREAD_MS = 9 * 60_000;
/** When more waits to be sent again than one answer could put back: long enough for the drain to take it. */
const AGAIN_AFTER_MS = 10 * 60_000;
/** Numbers beyond our own head that are asked about: more than a busy window uses in a year. */
const BEYOND = 200_000;

/** A share of the day, 0 ≤ share < 1, that is a device's own and spread evenly over devices. */
export function shareOf(deviceId: string): number {
  return createHash('sha256').update(deviceId).digest().readUInt32BE() / 2 ** 32;
}

/** Which daily turn of a device a moment belongs to; the number changes at the device's own minute. Pure. */
export function turnOf(deviceId: string, nowMs: number): number {
  return Math.floor((nowMs + SHANGHAI_OFFSET_MS) / DAY_MS - shareOf(deviceId));
}

/**
 * The highest number that the centre holds of a range, read from what it misses; null where it holds none, or answers
 * in a way that cannot tell: only a list that reaches the range's end says where the centre's records stop. Pure.
 * @param missing ascending, without overlap
 */
export function highestHeld(fromSeq: number, toSeq: number, missing: readonly [number, number][]): number | null {
  const last = missing.at(-1);
  if (last === undefined || last[1] !== toSeq || last[0] <= fromSeq) return null;
  return last[0] - 1;
}

/** Ranges of the centre as we can use them: inside what was asked, ascending, without overlap. Pure. */
export function tidyRanges(fromSeq: number, toSeq: number, ranges: readonly [number, number][]): [number, number][] {
  const tidy: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const start = Math.max(from, fromSeq, (tidy.at(-1)?.[1] ?? 0) + 1);
    const end = Math.min(to, toSeq);
    if (start <= end) tidy.push([start, end]);
  }
  return tidy;
}

/**
 * Whether an answer can be one to this question: nothing in it says which it belongs to, and the one to another question,
 * taken for this one's, would find a second chain where there is none. Pure.
 */
export function isAbout({ fromSeq, toSeq }: Manifest, missing: readonly [number, number][]): boolean {
  return missing.every(([from, to]) => from <= toSeq && to >= fromSeq);
}

type Asked = Extract<ManifestOutcome, { kind: 'manifest' }>;

export function createReconcile(parts: ReconcileParts): Reconcile {
  const { clock, trustClock, log } = parts;
  const abort = new AbortController();
  let deviceId: string | null = null;
  let notBeforeMs = 0;
  let turn: number | null = null;
  let failures = 0;
  let isAsking = false;
  let connections = 0;

  /** One manifest; null where no answer came that says something of records. */
  async function ask(connector: Connector, manifest: Manifest): Promise<Asked | null> {
    const outcome = await connector.manifest(manifest, abort.signal);
    if (outcome.kind === 'manifest' && isAbout(manifest, outcome.missing)) return outcome;
    if (outcome.kind === 'manifest') {
      log.warn({}, 'the answer names records that were not asked about; is there a cache on the way to the centre?');
      rest();
      return null;
    }
    if (outcome.kind === 'unsupported') {
      log.info({ detail: outcome.detail }, 'this centre cannot be asked what it holds');
      turn = turnNow();
    } else if (!abort.signal.aborted) {
      parts.heard(outcome);
      rest();
    }
    return null;
  }

  function rest(): void {
    failures += 1;
    notBeforeMs = clock.monotonicMs() + restMs({ failures, slackMs: null, retryAfterMs: null, random: parts.random() });
  }

  /** Everything a plan asks; null where the centre did not answer to the end. */
  async function askAll(connector: Connector, plan: ManifestPlan): Promise<ManifestAnswer | null> {
    const ranges: ManifestAnswer['ranges'] = [];
    for (const range of plan.ranges) {
      const { fromSeq, toSeq } = range;
      const asked = await ask(connector, range);
      if (asked === null) return null;
      const all = tidyRanges(fromSeq, toSeq, asked.missing);
      const missing = all.slice(0, MAX_MISSING_RANGES);
      // What was cut off may be the head itself; the next question, for the rest of them, will tell.
      ranges.push({ fromSeq, toSeq, missing, headMatches: asked.headMatches || missing.length < all.length });
    }
    const beyond = { fromSeq: plan.headSeq + 1, toSeq: plan.headSeq + BEYOND, head: plan.headHash, count: BEYOND };
    const asked = await ask(connector, beyond);
    if (asked === null) return null;
    const missing = tidyRanges(beyond.fromSeq, beyond.toSeq, asked.missing);
    return { receipt: plan.receipt, ranges, centreSeq: highestHeld(beyond.fromSeq, beyond.toSeq, missing) };
  }

  async function reconcile(connector: Connector): Promise<void> {
    const connection = connections;
    const plan = await parts.completeness.plan();
    if (plan === null) return;
    const answer = await askAll(connector, plan);
    // What another centre said is no answer to this one's question.
    if (answer === null || abort.signal.aborted || connection !== connections) return;
    const { more } = await parts.completeness.answer(answer);
    const cut = answer.ranges.some(({ missing }) => missing.length === MAX_MISSING_RANGES);
    const named = answer.ranges.reduce((sum, { missing }) => sum + missing.length, 0);
    log.info({ missingRanges: named, centreSeq: answer.centreSeq }, 'the centre said what it holds');
    failures = 0;
    if (more || cut) notBeforeMs = clock.monotonicMs() + AGAIN_AFTER_MS;
    else turn = turnNow();
  }

  async function reconcileSafely(connector: Connector): Promise<void> {
    try {
      await reconcile(connector);
    } catch (error) {
      if (!abort.signal.aborted)
        log.warn({ error: describeError(error) }, 'the centre could not be asked what it holds');
      rest();
    }
    isAsking = false;
  }

  const turnNow = (): number => turnOf(deviceId ?? '', trustClock.nowMs());

  return {
    tick() {
      const connector = parts.connector();
      if (isAsking || deviceId === null || connector === null || abort.signal.aborted) return;
      if (clock.monotonicMs() < notBeforeMs || turn === turnNow()) return;
      isAsking = true;
      void reconcileSafely(connector);
    },
    reset(id) {
      connections++;
      deviceId = id;
      turn = null;
      failures = 0;
      notBeforeMs = clock.monotonicMs() + FIRST_AFTER_MS + FIRST_SPREAD_MS * shareOf(id ?? '');
    },
    stop: () => abort.abort(),
  };
}
