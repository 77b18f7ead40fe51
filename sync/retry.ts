/**
 * How long a connection rests after failures. The only retry layer of the agent: neither the HTTP client nor a
 * connector tries again by itself. Pure; randomness and time are handed in.
 */

/** How long the first failures rest at most. Elapsed when each rest ends: 2 s, 7 s, 22 s, 52 s, 1 min 52 s. */
const FIRST_CEILINGS_MS = [2_000, 5_000, 15_000, 30_000, 60_000];
const FACTOR = 2;
/** Then 2 min, 4 min, 8 min (elapsed 4, 8, 16 min) and 10 min for ever: on average 12 attempts an hour. */
export const CEILING_CAP_MS = 600_000;
/** Not even the first, luckiest draw is shorter: a centre that answers in 1 ms must not meet a busy loop. */
export const REST_FLOOR_MS = 500;
/** A near deadline shortens a ceiling to this part of the slack: about 40 attempts are left before it. */
const SLACK_SHARE = 1 / 20;
/** But never below this: a region whose dates all end today must not beat down the centre that it waits for. */
export const URGENT_CEILING_MS = 30_000;
/** A centre may ask for this much rest at most; longer would let one wrong header silence a device for days. */
export const RETRY_AFTER_CAP_MS = 3_600_000;
/** What is added to a centre's `Retry-After` at random, so that those it told the same do not return as one. */
const RETRY_AFTER_SPREAD = 0.25;

export interface RestInput {
  /** Failures in a row, this one included: 1, 2, … */
  failures: number;
  /** Earliest date that can still be met, minus now, ms; null, or 0 and less, when none can: then nothing is urgent. */
  slackMs: number | null;
  /** From `parseRetryAfter`; null when the centre named no time. */
  retryAfterMs: number | null;
  /** 0 ≤ random < 1 */
  random: number;
}

/** The longest rest after so many failures, before slack is looked at. */
export function ceilingMs(failures: number): number {
  const explicit = FIRST_CEILINGS_MS[failures - 1];
  if (explicit !== undefined) return explicit;
  const steps = failures - FIRST_CEILINGS_MS.length;
  // 2^1023 is the last power that is a number; the cap is reached long before.
  return Math.min(CEILING_CAP_MS, FIRST_CEILINGS_MS.at(-1)! * FACTOR ** Math.min(steps, 1000));
}

/** The ceiling once the deadline has its say: never longer than without it. */
function urgentCeilingMs(ceiling: number, slackMs: number | null): number {
  if (slackMs === null || slackMs <= 0) return ceiling;
  return Math.min(ceiling, Math.max(URGENT_CEILING_MS, slackMs * SLACK_SHARE));
}

/**
 * The rest before the next attempt: full jitter under the capped ceiling, or the centre's word where it is longer.
 * @returns ms, REST_FLOOR_MS … RETRY_AFTER_CAP_MS × 1.25
 */
export function restMs(input: RestInput): number {
  const ceiling = urgentCeilingMs(ceilingMs(input.failures), input.slackMs);
  // The floor is spread too: else a quarter of a region would come back from its first failure at the same instant.
  const own = Math.max(REST_FLOOR_MS * (1 + input.random), input.random * ceiling);
  if (input.retryAfterMs === null) return own;
  const asked = Math.min(Math.max(0, input.retryAfterMs), RETRY_AFTER_CAP_MS);
  return Math.max(own, asked * (1 + RETRY_AFTER_SPREAD * input.random));
}

/** A second deferral of the same record; each further one doubles it. */
const DEFERRAL_MS = 30_000;
/** Fits into the half of an hour that a centre's disorder lasts, so that its end is not slept through. */
export const DEFERRAL_CAP_MS = 1_200_000;
/** Before its date a record is looked at some more times, but not so often that many of them fill the line. */
const DEFERRAL_SLACK_SHARE = 1 / 4;
const DEFERRAL_URGENT_MS = 300_000;

export interface DeferralInput {
  /** What the centre asked for. */
  askedMs: number;
  /** Deferrals of the record before this one. */
  attempts: number;
  /** Its `dueAt` minus now; negative when missed. */
  slackMs: number;
  /** 0 ≤ random < 1 */
  random: number;
}

/** How long a deferred record waits: as the centre asked at first, then longer each time, but for a near deadline. @returns ms, ≥ askedMs */
export function deferralMs({ askedMs, attempts, slackMs, random }: DeferralInput): number {
  if (attempts === 0) return askedMs;
  const patient = Math.min(DEFERRAL_CAP_MS, DEFERRAL_MS * FACTOR ** Math.min(attempts, 30));
  const urgent = slackMs > 0 ? Math.max(DEFERRAL_URGENT_MS, slackMs * DEFERRAL_SLACK_SHARE) : DEFERRAL_CAP_MS;
  // Half of it is certain: records that were deferred as one must not fill every batch in turn.
  return Math.max(askedMs, Math.ceil(Math.min(patient, urgent) * (0.5 + random / 2)));
}

/** A region that comes back from a power cut would reach its centre as one; nobody waits for the first minute. */
export const FIRST_CONTACT_SPREAD_MS = 60_000;

/**
 * When a device makes its first contact after a cold start, ms from then: spread evenly by its id, always the same, so
 * that a technician who waits for it learns when.
 */
export function firstContactDelayMs(deviceId: string, spreadMs: number = FIRST_CONTACT_SPREAD_MS): number {
  // FNV-1a, then mixed: ids of one delivery differ in their last digits only.
  let hash = 0x811c9dc5;
  for (const char of deviceId) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32) * spreadMs;
}

/** IMF-fixdate, the only form a sender may write (RFC 9110 §5.6.7). */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * Reads a `Retry-After` header (RFC 9110 §10.2.3).
 * @param value the header's text, or undefined
 * @param nowMs the centre's time as far as it is known, ms since 1970; only the date form needs it
 * @returns ms from now, ≥ 0 and unbounded above; null where the header is absent or unreadable
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1000;
  const date = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
