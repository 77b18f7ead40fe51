import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEVELS, type Level, type NotRatedBody, type RatingBody, type VisitBody } from '../ledger/record.ts';
import { DAY_MS, formatTime, startOfShanghaiDay } from '../time.ts';
import { builtinCalendar, builtinPacks } from './builtin.ts';
import { type DeadlineContext, type Deadlines, deadlinesOf } from './deadlines.ts';
import { bucketOf } from './grades.ts';
import type { PolicyPack } from './pack.ts';

const VISIT_ID = '019aa000-0000-7000-8000-000000000001';
const HEAD = { visitId: VISIT_ID, caseNo: 'C-1', serviceNo: 1 };
const at = (text: string) => Date.parse(`${text}+08:00`);
const endOf = (day: string) => startOfShanghaiDay(day) + DAY_MS;

function packOf(id: string): PolicyPack {
  const pack = builtinPacks.get(id);
  if (pack === undefined) throw new Error(`no pack ${id}`);
  return pack;
}

function context(id: string, servedAt: number | null): DeadlineContext {
  return { pack: packOf(id), calendar: builtinCalendar, servedAt };
}

function rating(level: Level, ratedAt: number, revision = 1) {
  const body: RatingBody = {
    ...HEAD,
    level,
    channel: 'touch',
    tags: [],
    catalogueVersion: 'national-2020',
    comment: null,
    ratedAt: formatTime(ratedAt),
    revision,
    supersedes: revision === 1 ? null : VISIT_ID,
    layout: 'plain',
    language: 'zh-CN',
    policy: { id: 'neimenggu-2022', version: '1' },
    rater: null,
  };
  return { kind: 'rating' as const, body, recordedAt: ratedAt };
}

function visit(servedAt: number, recordedAt = servedAt) {
  const body: VisitBody = {
    ...HEAD,
    itemCode: 'I-1',
    itemName: '事项',
    window: '1',
    staffId: 'S-1',
    servedAt: formatTime(servedAt),
    trigger: 'business',
  };
  return { kind: 'visit' as const, body, recordedAt };
}

function notRated(recordedAt: number) {
  const body: NotRatedBody = { ...HEAD, reason: 'timeout', detail: null };
  return { kind: 'not_rated' as const, body, recordedAt };
}

const event = (recordedAt: number) => ({
  kind: 'event' as const,
  body: { type: 'pause', detail: {} },
  recordedAt,
});

/** Reads a result as rows of what, article and last day. */
const rows = ({ dates }: Deadlines) =>
  dates.map(({ what, article, dueAt }) => [what, article, formatTime(dueAt - DAY_MS).slice(0, 10)]);

/** Last days counted by hand on the notice for 2026, for a service rated at once on the day named. */
const GOLDEN = [
  // day, 7 natural days, 2, 3 and 5 working days
  ['2026-02-12', '2026-02-19', '2026-02-14', '2026-02-24', '2026-02-26'],
  ['2026-02-13', '2026-02-20', '2026-02-24', '2026-02-25', '2026-02-27'],
  ['2026-02-14', '2026-02-21', '2026-02-25', '2026-02-26', '2026-02-28'],
  ['2026-02-27', '2026-03-06', '2026-03-02', '2026-03-03', '2026-03-05'],
  ['2026-09-18', '2026-09-25', '2026-09-21', '2026-09-22', '2026-09-24'],
  ['2026-09-30', '2026-10-07', '2026-10-09', '2026-10-10', '2026-10-13'],
  ['2026-10-09', '2026-10-16', '2026-10-12', '2026-10-13', '2026-10-15'],
] as const;

describe.each(GOLDEN)('a service on %s', (day, sevenNatural, twoWorking, threeWorking, fiveWorking) => {
  const servedAt = at(`${day}T10:00:00.000`);
  const ratedAt = at(`${day}T10:01:00.000`);
  const byDate = (list: string[][]) => list.toSorted((a, b) => (a[2] ?? '').localeCompare(b[2] ?? ''));

  test.each([5, 4, 3] as const)('内蒙古, level %i: the default alone', (level) => {
    const found = deadlinesOf(rating(level, ratedAt), context('neimenggu-2022', servedAt));
    expect(rows(found)).toEqual([['default_rating', '第十四条', sevenNatural]]);
    expect(found.earliest).toEqual({
      what: 'default_rating',
      article: '第十四条',
      countedFrom: 'servedAt',
      dueAt: endOf(sevenNatural),
      marginMs: DAY_MS,
      assumed: false,
    });
  });

  test.each([2, 1] as const)('内蒙古, level %i: the default and the time to talk to the citizen', (level) => {
    const found = deadlinesOf(rating(level, ratedAt), context('neimenggu-2022', servedAt));
    const expected = [
      ['default_rating', '第十四条', sevenNatural],
      ['contact', '第十九条第（一）项', twoWorking],
    ];
    expect(rows(found)).toEqual(byDate(expected));
    expect(found.earliest).toBe(found.dates[0]);
  });

  test.each([5, 4, 3] as const)('林草, level %i: the default and reporting', (level) => {
    const found = deadlinesOf(rating(level, ratedAt), context('forestry-draft', servedAt));
    expect(rows(found)).toEqual([
      ['default_rating', '第十五条', fiveWorking],
      ['reporting', '第十六条', fiveWorking],
    ]);
  });

  test.each([2, 1] as const)('林草, level %i: the time to assess it comes first', (level) => {
    const found = deadlinesOf(rating(level, ratedAt), context('forestry-draft', servedAt));
    expect(rows(found)).toEqual([
      ['assess', '第九条', threeWorking],
      ['default_rating', '第十五条', fiveWorking],
      ['reporting', '第十六条', fiveWorking],
    ]);
  });

  test('a visit: its default, and reporting where it is due', () => {
    expect(rows(deadlinesOf(visit(servedAt), context('neimenggu-2022', null)))).toEqual([
      ['default_rating', '第十四条', sevenNatural],
    ]);
    expect(rows(deadlinesOf(visit(servedAt), context('forestry-draft', null)))).toEqual([
      ['default_rating', '第十五条', fiveWorking],
      ['reporting', '第十六条', fiveWorking],
    ]);
  });

  test('not rated: no default collides; reporting where it is due, else a date of the house', () => {
    expect(rows(deadlinesOf(notRated(ratedAt), context('forestry-draft', servedAt)))).toEqual([
      ['reporting', '第十六条', fiveWorking],
    ]);
    expect(rows(deadlinesOf(notRated(ratedAt), context('neimenggu-2022', servedAt)))).toEqual([
      ['house', null, sevenNatural],
    ]);
  });

  test.each(['neimenggu-2022', 'forestry-draft'])('an event under %s: a date of the house, which is no law', (id) => {
    const found = deadlinesOf(event(ratedAt), context(id, null));
    expect(rows(found)).toEqual([['house', null, sevenNatural]]);
    expect(found.earliest.countedFrom).toBe('recordedAt');
  });
});

describe('where a period starts', () => {
  const servedAt = at('2026-11-16T16:00:00.000');
  const ratedAt = at('2026-11-18T09:00:00.000');

  test('given a rating days after the service, then the default runs from the service, the 差评 from the rating', () => {
    const found = deadlinesOf(rating(1, ratedAt), context('neimenggu-2022', servedAt));
    expect(rows(found)).toEqual([
      ['contact', '第十九条第（一）项', '2026-11-20'],
      ['default_rating', '第十四条', '2026-11-23'],
    ]);
    expect(found.dates.map((date) => date.countedFrom)).toEqual(['ratedAt', 'servedAt']);
  });

  test('given 办结 as the start, then the service stands for it, also when the rating came days later', () => {
    const found = deadlinesOf(rating(4, ratedAt), context('forestry-draft', servedAt));
    expect(rows(found)).toEqual([
      ['default_rating', '第十五条', '2026-11-23'],
      ['reporting', '第十六条', '2026-11-25'],
    ]);
  });

  test('given a visit reported after the service, then its own time of service counts', () => {
    const { earliest } = deadlinesOf(visit(servedAt, ratedAt), context('neimenggu-2022', ratedAt));
    expect([earliest.countedFrom, earliest.dueAt]).toEqual(['servedAt', endOf('2026-11-23')]);
  });

  test('given a visit with a time of service to come, then the time of its record counts', () => {
    const { earliest } = deadlinesOf(visit(ratedAt, servedAt), context('neimenggu-2022', null));
    expect([earliest.countedFrom, earliest.dueAt]).toEqual(['recordedAt', endOf('2026-11-23')]);
  });

  test('given a later revision, then the default still runs from the service', () => {
    const first = deadlinesOf(rating(4, servedAt), context('neimenggu-2022', servedAt));
    const second = deadlinesOf(rating(4, ratedAt, 2), context('neimenggu-2022', servedAt));
    expect(second.earliest.dueAt).toBe(first.earliest.dueAt);
  });

  test('given a revision to 差评, then its clock runs from that change', () => {
    const second = deadlinesOf(rating(2, ratedAt, 2), context('neimenggu-2022', servedAt));
    expect(rows(second)[0]).toEqual(['contact', '第十九条第（一）项', '2026-11-20']);
  });

  test('given an unknown time of service, then the rating stands for it', () => {
    const { earliest } = deadlinesOf(rating(4, ratedAt), context('neimenggu-2022', null));
    expect([earliest.countedFrom, earliest.dueAt]).toEqual(['ratedAt', endOf('2026-11-25')]);
  });

  test('given service and rating in the same millisecond, then the date is said to run from the service', () => {
    const { earliest } = deadlinesOf(rating(4, servedAt), context('neimenggu-2022', servedAt));
    expect(earliest.countedFrom).toBe('servedAt');
  });

  test('given a time of service after the rating, then the rating counts: the shortest reading', () => {
    const { earliest } = deadlinesOf(rating(4, ratedAt), context('neimenggu-2022', ratedAt + 30 * DAY_MS));
    expect([earliest.countedFrom, earliest.dueAt]).toEqual(['ratedAt', endOf('2026-11-25')]);
  });

  test('given a paper form entered later, then the time on the form counts', () => {
    const late = { ...rating(1, ratedAt), recordedAt: ratedAt + 3 * DAY_MS };
    expect(rows(deadlinesOf(late, context('neimenggu-2022', servedAt)))[0]?.[2]).toBe('2026-11-20');
  });

  test('given a year that is not covered, then the date says that it is assumed', () => {
    const moment = at('2027-02-01T10:00:00.000');
    const found = deadlinesOf(rating(1, moment), context('forestry-draft', moment));
    expect(found.dates.map((date) => date.assumed)).toEqual([true, true, true]);
    expect(rows(found).map((row) => row[2])).toEqual(['2027-02-04', '2027-02-06', '2027-02-06']);
  });
});

test('duties that begin when the 差评 or its slip arrives are never broken by late delivery', () => {
  const moment = at('2026-11-16T10:00:00.000');
  for (const id of ['neimenggu-2022', 'forestry-draft']) {
    const whats = deadlinesOf(rating(1, moment), context(id, moment)).dates.map((date) => date.what);
    expect(whats).not.toContain('appeal');
    expect(whats).not.toContain('verify');
    expect(whats).not.toContain('rectify');
  }
});

test('a pack that starts such a duty with the rating makes it a date of the record: no code changes', () => {
  const moment = at('2026-11-16T10:00:00.000');
  const { pack, ...rest } = context('neimenggu-2022', moment);
  const rectify = { count: 1, complexCount: 5, unit: 'working_day', startsAt: 'rated', article: '第一条' } as const;
  const found = deadlinesOf(rating(1, moment), { ...rest, pack: { ...pack, rectify } });
  expect(rows(found)[0]).toEqual(['rectify', '第一条', '2026-11-17']);
});

test('a pack that counts reporting from 办结 has it run from the service', () => {
  const servedAt = at('2026-11-16T10:00:00.000');
  const { pack, ...rest } = context('neimenggu-2022', servedAt);
  const reporting = {
    count: 1,
    complexCount: null,
    unit: 'working_day',
    startsAt: 'closed',
    article: '第一条',
  } as const;
  const found = deadlinesOf(rating(5, servedAt + 3 * DAY_MS), { ...rest, pack: { ...pack, reporting } });
  expect(rows(found)[0]).toEqual(['reporting', '第一条', '2026-11-17']);
});

describe('properties', () => {
  const moment = fc.integer({ min: at('2024-06-01T00:00:00.000'), max: at('2028-06-01T00:00:00.000') });
  const id = fc.constantFrom('neimenggu-2022', 'forestry-draft');
  const facts = fc
    .tuple(moment, fc.constantFrom(...LEVELS))
    .chain(([ms, level]) => fc.constantFrom(rating(level, ms), visit(ms), notRated(ms), event(ms)));

  test('there is always an order, the first is the earliest, and only a date of the house has no article', () => {
    fc.assert(
      fc.property(facts, id, fc.option(moment), (fact, policy, servedAt) => {
        const { dates, earliest } = deadlinesOf(fact, context(policy, servedAt));
        expect(earliest).toBe(dates[0]);
        expect(dates.map((date) => date.dueAt)).toEqual(dates.map((date) => date.dueAt).toSorted((a, b) => a - b));
        expect(dates.every((date) => (date.article === null) === (date.what === 'house'))).toBe(true);
      }),
    );
  });

  test('a 差评 is never due later than a better rating of the same moment', () => {
    fc.assert(
      fc.property(moment, moment, id, fc.constantFrom(...LEVELS), fc.constantFrom(...LEVELS), (ms, served, p, a, b) => {
        const where = context(p, served);
        fc.pre(bucketOf(where.pack, a) === 'bad' && bucketOf(where.pack, b) !== 'bad');
        const bad = deadlinesOf(rating(a, ms), where).earliest.dueAt;
        expect(bad).toBeLessThanOrEqual(deadlinesOf(rating(b, ms), where).earliest.dueAt);
      }),
    );
  });

  test('an earlier service never gives a later date', () => {
    fc.assert(
      fc.property(moment, moment, moment, id, fc.constantFrom(...LEVELS), (ms, a, b, policy, level) => {
        const early = deadlinesOf(rating(level, ms), context(policy, Math.min(a, b))).earliest.dueAt;
        expect(early).toBeLessThanOrEqual(
          deadlinesOf(rating(level, ms), context(policy, Math.max(a, b))).earliest.dueAt,
        );
      }),
    );
  });
});
