import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../time.ts';
import { assess, assessmentHorizonMs, CRITICAL_MS, type DueGroup, marginOf, type Standing } from './slack.ts';

const NOW = Date.parse('2026-11-25T10:00:00+08:00');
const HOUR = 3_600_000;
const law = (hours: number, records = 1, marginMs = DAY_MS): DueGroup => ({
  dueAt: NOW + hours * HOUR,
  marginMs,
  records,
});
const house = (hours: number, records = 1): DueGroup => law(hours, records, 0);

describe('the margin', () => {
  it.each([
    ['a week: a day', 7, DAY_MS],
    ['five days: a day', 5, DAY_MS],
    ['two days: a fifth of them', 2, 0.4 * DAY_MS],
    ['one day: a fifth of it', 1, 0.2 * DAY_MS],
  ])('of %s', (_name, count, margin) => expect(marginOf({ count, unit: 'working_day' })).toBe(margin));
});

describe('the standing of a backlog', () => {
  it.each<[string, DueGroup[], Standing]>([
    ['nothing waits', [], 'fine'],
    ['a day and a bit', [law(24.1)], 'fine'],
    ['just under a day', [law(23.9)], 'at_risk'],
    ['a shorter period has a shorter margin', [law(10, 1, 9.6 * HOUR)], 'fine'],
    ['and is at risk below it', [law(9.5, 1, 9.6 * HOUR)], 'at_risk'],
    ['just under four hours', [law(3.9)], 'critical'],
    ['at the moment itself it is too late', [law(0)], 'missed'],
    ['long ago', [law(-500), law(100)], 'missed'],
    ['a date of the house, long ago', [house(-500)], 'fine'],
    ['the backlog before it needs the time: 200 s at 50/s', [house(1, 10_000), law(24.05)], 'at_risk'],
    ['its own group needs the time', [law(24.05, 10_000)], 'at_risk'],
    ['a rate far too low is critical, not yet missed', [law(10, 10_000_000)], 'critical'],
    ['a date of 1970: nobody knows it', [{ dueAt: 9 * DAY_MS, marginMs: DAY_MS, records: 3 }], 'at_risk'],
    ['a date of the house in 1970', [{ dueAt: 9 * DAY_MS, marginMs: 0, records: 3 }], 'fine'],
  ])('%s', (_name, groups, standing) => expect(assess(groups, NOW, null).standing).toBe(standing));

  it('counts each record once, and names the least slack', () => {
    const groups = [law(-1, 2), house(1), law(3, 4), law(20, 8), law(100, 16)];
    const found = assess(groups, NOW, 1000);
    expect(found).toMatchObject({ missed: 2, critical: 4, atRisk: 8, undated: 0 });
    expect(found.leastSlackMs).toBe(3 * HOUR - 6);
  });
});

/** Slack record by record, as the definition reads. */
function oneByOne(groups: readonly DueGroup[], perS: number) {
  const count = { atRisk: 0, critical: 0, missed: 0 };
  let before = 0;
  for (const { dueAt, marginMs, records } of groups) {
    for (let record = 0; record < records; record++, before++) {
      if (marginMs === 0) continue;
      const slackMs = dueAt - NOW - (before * 1000) / perS;
      if (dueAt <= NOW) count.missed++;
      else if (slackMs < Math.min(CRITICAL_MS, marginMs)) count.critical++;
      else if (slackMs < marginMs) count.atRisk++;
    }
  }
  return count;
}

const group = fc.record({
  dueAt: fc.integer({ min: -10, max: 60 }).map((hours) => NOW + hours * HOUR),
  marginMs: fc.constantFrom(0, HOUR, 9.6 * HOUR, DAY_MS),
  records: fc.integer({ min: 1, max: 300 }),
});
const backlog = fc.array(group, { maxLength: 8 }).map((list) => list.sort((a, b) => a.dueAt - b.dueAt));

it('counts by groups what the definition counts one by one', () => {
  fc.assert(
    fc.property(backlog, fc.constantFrom(0.001, 0.01, 0.5, 50), (groups, perS) => {
      expect(assess(groups, NOW, perS)).toMatchObject(oneByOne(groups, perS));
    }),
  );
});

it('finds nothing beyond its horizon', () => {
  fc.assert(
    fc.property(backlog, fc.constantFrom(0.01, 0.5, null), (groups, perS) => {
      const waiting = groups.reduce((sum, { records }) => sum + records, 0);
      const untilMs = assessmentHorizonMs(NOW, waiting, perS);
      const seen = groups.filter(({ dueAt }) => dueAt <= untilMs);
      const { atRisk, critical, missed } = assess(groups, NOW, perS);
      expect(assess(seen, NOW, perS)).toMatchObject({ atRisk, critical, missed });
    }),
  );
});
