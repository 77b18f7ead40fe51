/**
 * How fast a backlog goes out after trouble: additive increase, multiplicative decrease. In ordinary times there is no
 * limit; a centre that was down, is busy or slows down meets a trickle that grows as long as it copes. Pure.
 */
export interface Pace {
  /** Records per second that may be sent; null: as many as the centre takes. */
  perS: number | null;
  /** What the centre usually takes for a record of a large batch, ms; null until one was settled. */
  usualMs: number | null;
}

export const unhurried: Pace = { perS: null, usualMs: null };

/** After an outage: a hall's hour of ratings in a second, and next to nothing for the centre of a region. */
const START_PER_S = 50;
/** Added for each batch that the centre took well. */
const STEP_PER_S = 25;
/** What the rate is multiplied by when the centre groans. */
const CUT = 0.5;
/** Even a centre in trouble gets a rating and its visit each second: deadlines go on. */
const LOWEST_PER_S = 2;
/** A centre that takes so much has recovered. */
const FREE_PER_S = 500;
/** A batch is slow when it takes this many times the usual, and at least so long: a quarter of what a request may take. */
const SLOW_FACTOR = 4;
const SLOW_MS = 5_000;
/** Smaller ones measure the way, not the centre. */
const TELLING_RECORDS = 50;
const USUAL_WEIGHT = 0.2;

export interface SentBatch {
  records: number;
  /** From its leaving to its answer. */
  tookMs: number;
}

/** The line was down: whoever waited with us comes back now. */
export function paceAfterOutage(pace: Pace): Pace {
  return { ...pace, perS: Math.min(pace.perS ?? START_PER_S, START_PER_S) };
}

/** The centre asked for patience. */
export function paceAfterBusy(pace: Pace): Pace {
  return { ...pace, perS: Math.max(LOWEST_PER_S, (pace.perS ?? START_PER_S) * CUT) };
}

/** The centre answered for the records of a batch. */
export function paceAfterAnswer({ perS, usualMs }: Pace, { records, tookMs }: SentBatch): Pace {
  const isSlow = usualMs !== null && tookMs > Math.max(SLOW_MS, SLOW_FACTOR * usualMs * records);
  const usual = usualAfter(usualMs, { records, tookMs });
  if (isSlow) return { perS: paceAfterBusy({ perS, usualMs }).perS, usualMs: usual };
  const next = perS === null ? null : perS + STEP_PER_S;
  return { perS: next === null || next > FREE_PER_S ? null : next, usualMs: usual };
}

function usualAfter(usualMs: number | null, { records, tookMs }: SentBatch): number | null {
  if (records < TELLING_RECORDS) return usualMs;
  const latest = tookMs / records;
  return usualMs === null ? latest : usualMs + USUAL_WEIGHT * (latest - usualMs);
}

/** How long to wait after a batch, ms, so that the rate is kept on average and nobody in step. @param random 0 ≤ random < 1 */
export function gapMs({ perS }: Pace, records: number, random: number): number {
  return perS === null ? 0 : ((records * 1000) / perS) * (0.5 + random);
}

/** Records in one batch while the pace is limited: what it allows in two seconds, so that a change of it is soon felt. */
export function pacedLimit({ perS }: Pace): number {
  return perS === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(perS * 2));
}
