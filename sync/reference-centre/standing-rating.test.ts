import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTime, parseTime } from '../../device/time.ts';
import { type GivenRating, settleVisit } from './standing-rating.ts';

const AT = Date.UTC(2026, 10, 22);
const VISIT = '01931fd4-7a3b-7c42-8d7e-0123456789ab';

function rating(change: Partial<GivenRating>, atS = 0): GivenRating {
  const time = formatTime(AT + atS * 1000);
  const base = { id: 'a', visitId: VISIT, caseNo: 'C', serviceNo: 1, level: 5, tags: [], comment: null } as const;
  return { ...base, channel: 'touch', revision: 1, ratedAt: time, receivedAt: time, ...change, tags: [] };
}

const deviceSide = fc.uniqueArray(fc.record({ revision: fc.integer({ min: 1, max: 9 }), atS: fc.nat(100) }), {
  selector: (one) => one.revision,
  maxLength: 6,
});
const visits = fc
  .record({ device: deviceSide, phoneAtS: fc.option(fc.nat(100)) })
  .map(({ device, phoneAtS }) => [
    ...device.map(({ revision, atS }) => rating({ id: `r${revision}`, revision }, atS)),
    ...(phoneAtS === null ? [] : [rating({ id: 'phone', channel: 'phone' }, phoneAtS)]),
  ])
  .chain((ratings) => fc.tuple(fc.constant(ratings), fc.shuffledSubarray(ratings, { minLength: ratings.length })));

describe('settleVisit', () => {
  it('has nothing to say of a visit that nobody rated', () => {
    expect(settleVisit([])).toBeNull();
  });

  it('lets the highest revision stand, in whatever order they came', () => {
    const [r1, r2, r3] = [1, 2, 3].map((revision) => rating({ id: `r${revision}`, revision }, revision));
    const settled = settleVisit([r3!, r1!, r2!]);
    expect(settled?.standing.id).toBe('r3');
    expect(settled?.superseded.map(({ id }) => id).sort()).toEqual(['r1', 'r2']);
  });

  it.each([
    ['the phone, when it came before the tap', 9, 'phone'],
    ['the tap, when the phone came after it, though before the reasons', 15, 'r2'],
    ['the device, at the same instant', 10, 'r2'],
  ])('keeps %s', (_name, phoneAtS, standing) => {
    const device = [rating({ id: 'r1', revision: 1 }, 10), rating({ id: 'r2', revision: 2 }, 20)];
    expect(settleVisit([...device, rating({ id: 'phone', channel: 'phone' }, phoneAtS)])?.standing.id).toBe(standing);
  });

  it('compares moments, not texts', () => {
    const tap = rating({ id: 'tap', ratedAt: '2026-11-22T10:00:00.000+08:00' });
    const phone = rating({ id: 'phone', channel: 'phone', ratedAt: '2026-11-22T02:00:00.001Z' });
    expect(settleVisit([phone, tap])?.standing.id).toBe('tap');
  });

  it('never depends on the order of arrival, and loses nothing', () => {
    fc.assert(
      fc.property(visits, ([ratings, shuffled]) => {
        const [one, other] = [settleVisit(ratings), settleVisit(shuffled)];
        expect(other?.standing).toEqual(one?.standing);
        const named = one === null ? [] : [one.standing, ...one.superseded];
        expect(named.map(({ id }) => id).sort()).toEqual(ratings.map(({ id }) => id).sort());
      }),
    );
  });

  it('stands by the rule of the page', () => {
    fc.assert(
      fc.property(visits, ([, ratings]) => {
        const settled = settleVisit(ratings);
        const device = ratings.filter(({ channel }) => channel !== 'phone');
        const phone = ratings.find(({ channel }) => channel === 'phone');
        if (settled === null) return;
        if (settled.standing.channel !== 'phone') {
          expect(settled.standing.revision).toBe(Math.max(...device.map(({ revision }) => revision)));
        }
        if (phone === undefined || device.length === 0) return;
        const first = device.reduce((a, b) => (a.revision < b.revision ? a : b));
        expect(settled.standing === phone).toBe(parseTime(phone.ratedAt) < parseTime(first.ratedAt));
      }),
    );
  });
});
