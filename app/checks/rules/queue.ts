import { shanghaiDay } from '../../../device/time.ts';
import type { Facts } from '../facts.ts';
import { type Finding, fail, pass, warn } from '../finding.ts';
import { dayText, minuteText } from '../time-text.ts';

const LINE = {
  starting: warn,
  online: pass,
  offline: warn,
  not_the_centre: fail,
  refused: fail,
} as const;

/** The agent's own word of its line; whether the way is open is what the walk to the centre says. */
export function lineRule({ line, configuration }: Facts): Finding[] {
  if (line === undefined || configuration === null) return [];
  if (line === null) return [fail('line', 'no_agent')];
  const { state, since, detail } = line;
  return [LINE[state]('line', state, { since: minuteText(Date.parse(since)), detail: detail ?? '–' })];
}

export function queueRule({ delivery, receipts }: Facts): Finding[] {
  if (delivery === undefined) return [];
  const { pending, deferred, oldestPendingAt } = delivery;
  const fill = { pending, deferred, delivered: receipts?.delivered ?? 0 };
  if (oldestPendingAt === null) return [pass('queue', 'empty', fill)];
  const waiting = { ...fill, oldest: minuteText(oldestPendingAt) };
  return deferred > 0 ? [warn('queue', 'deferred', waiting)] : [pass('queue', 'waiting', waiting)];
}

const DUE = { fine: pass, at_risk: warn, critical: fail, missed: fail } as const;

/** Dates of the law alone: what only the house has put a date on is no matter for a technician. */
export function deadlineRule({ delivery }: Facts): Finding[] {
  if (delivery === undefined) return [];
  const { standing, nextLegalDueAt, missed, critical, atRisk, undated } = delivery;
  if (nextLegalDueAt === null) return [pass('deadline', 'none')];
  const due = minuteText(nextLegalDueAt);
  if (standing === 'at_risk' && atRisk === 0) return [warn('deadline', 'undated', { count: undated, due })];
  const count = { fine: 0, at_risk: atRisk, critical, missed }[standing];
  return [DUE[standing]('deadline', standing, { count, due })];
}

/** Kept and shown, never deleted (reference-protocol §4). */
export function refusedRule({ delivery, refusals }: Facts): Finding[] {
  if (delivery === undefined) return [];
  const { refused } = delivery;
  if (refused === 0) return [pass('refused', 'none')];
  const reasons = Object.entries(refusals ?? {}).map(([code, count]) => [`count:${code}`, count]);
  return [warn('refused', 'some', { count: refused, ...Object.fromEntries(reasons) })];
}

export function receiptRule({ receipts, delivery }: Facts): Finding[] {
  if (receipts === undefined) return [];
  const { lastAt, delivered } = receipts;
  if (lastAt !== null) return [pass('receipt', 'came', { at: minuteText(Date.parse(lastAt)), delivered })];
  return (delivery?.pending ?? 0) > 0
    ? [warn('receipt', 'awaited', { delivered })]
    : [pass('receipt', 'none', { delivered })];
}

/**
 * The daily test records of every grade. Which of them got through is not said here: that some did and others did not
 * is all that has to be mended, and no list of grades belongs on a page or a report.
 */
export function canaryRule({ canary, nowMs }: Facts): Finding[] {
  if (canary === undefined) return [];
  const { isSupported, day, reached, refused, waiting } = canary;
  if (isSupported === false) return [pass('canary', 'unsupported')];
  if (day === null) return [pass('canary', 'not_yet')];
  const fill = { day, reached: reached.length, all: reached.length + refused.length + waiting.length };
  const isLate = day < shanghaiDay(nowMs) && waiting.length > 0;
  // With all of them waiting it is the line, which has a line of its own.
  if (refused.length > 0 || (isLate && reached.length > 0)) return [fail('canary', 'partly', fill)];
  return [pass('canary', waiting.length > 0 ? 'under_way' : 'reached', fill)];
}

const CONFIRM_WITHIN_MS = 3 * 86_400_000;

export function manifestRule({ manifest, nowMs, receipts }: Facts): Finding[] {
  if (manifest === undefined) return [];
  const { confirmedAt, found } = manifest;
  const at = confirmedAt === null ? '–' : minuteText(confirmedAt);
  const [worst] = found;
  if (worst !== undefined) return [fail('manifest', worst, { at })];
  if (confirmedAt === null) return [pass('manifest', (receipts?.delivered ?? 0) > 0 ? 'not_yet' : 'nothing', { at })];
  const isOld = nowMs - confirmedAt > CONFIRM_WITHIN_MS;
  return [isOld ? warn('manifest', 'old', { at: dayText(confirmedAt) }) : pass('manifest', 'confirmed', { at })];
}
