import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Level } from '../ledger/record.ts';
import { staffView } from './staff-view.ts';
import { type Bare, DAY, Desk, id, rate, visit } from './testing/desk.ts';

describe('every history', () => {
  const level = fc.constantFrom<Level>(1, 2, 3, 4, 5);
  const no = fc.integer({ min: 1, max: 12 });
  const visitId = no.map((n) => visit(n).visitId);
  const words = fc.record({
    tags: fc.subarray(['113', '510', '411', '307', '214']),
    comment: fc.constantFrom('', '慢', '好'),
  });
  const event: fc.Arbitrary<Bare | number> = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 70_000 }) },
    {
      weight: 3,
      arbitrary: fc.tuple(no, fc.boolean()).map(([n, now]): Bare => ({ type: 'OPEN', visit: visit(n, now) })),
    },
    { weight: 2, arbitrary: visitId.map((v): Bare => ({ type: 'INVITE', visitId: v })) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(visitId, level)
        .map(([v, l]): Bare => ({ type: 'RATE', visitId: v, level: l, language: 'zh-CN' })),
    },
    { weight: 2, arbitrary: level.map((l): Bare => ({ type: 'KEY', level: l })) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(visitId, level, words)
        .map(([v, l, w]): Bare => ({ type: 'REVISE', visitId: v, level: l, ...w, language: 'en' })),
    },
    { weight: 2, arbitrary: visitId.map((v): Bare => ({ type: 'SUBMIT', visitId: v })) },
    { weight: 1, arbitrary: visitId.map((v): Bare => ({ type: 'DECLINE', visitId: v })) },
    { weight: 1, arbitrary: visitId.map((v): Bare => ({ type: 'EXTEND', visitId: v })) },
    { weight: 1, arbitrary: visitId.map((v): Bare => ({ type: 'RATED_ELSEWHERE', visitId: v })) },
    { weight: 1, arbitrary: visitId.map((v): Bare => ({ type: 'SKIP', visitId: v, reason: 'citizen_left' })) },
    { weight: 1, arbitrary: fc.constant<Bare>({ type: 'PAUSE', reason: 'break', limitMs: 30_000 }) },
    { weight: 1, arbitrary: fc.constant<Bare>({ type: 'RESUME' }) },
    { weight: 1, arbitrary: fc.constant<Bare>({ type: 'RESTART' }) },
  );

  /** A case number comes once in a history, as the appliance ensures; later ones with the same number are left out. */
  function play(steps: (Bare | number)[]): { desk: Desk; touched: Set<string> } {
    const desk = new Desk();
    const opened = new Set<string>();
    const touched = new Set<string>();
    for (const step of steps) {
      if (typeof step === 'number') desk.pass(step);
      else {
        if (step.type === 'OPEN' && opened.has(step.visit.visitId)) continue;
        const current = desk.state.context.current?.visitId;
        const taken = desk.send(step);
        if (step.type === 'OPEN' && taken) opened.add(step.visit.visitId);
        if (taken && (step.type === 'RATE' || step.type === 'KEY' || step.type === 'REVISE'))
          touched.add(`${current} ${step.level}`);
      }
    }
    for (let rounds = 0; rounds < 40 && desk.state.name !== 'idle'; rounds++) {
      if (desk.state.name === 'serving')
        desk.send({ type: 'SKIP', visitId: desk.state.context.current?.visitId ?? '', reason: 'citizen_left' });
      desk.pass(70_000);
    }
    return { desk, touched };
  }

  it('leaves exactly one of a rating or a not_rated for every visit, and no grade that nobody gave', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (steps) => {
        const { desk, touched } = play(steps);
        expect(desk.state.name).toBe('idle');
        const visits = desk.facts.flatMap((fact) => (fact.kind === 'visit' ? [fact.body.visitId] : []));
        for (const visitId of visits) {
          const ratings = desk.ratings().filter((body) => body.visitId === visitId);
          const ends = desk.notRated().filter((body) => body.visitId === visitId);
          expect(ends.length + (ratings.length > 0 ? 1 : 0), visitId).toBe(1);
          expect(ratings.map((body) => body.revision)).toEqual(ratings.map((_, index) => index + 1));
          for (const body of ratings) expect(touched).toContain(`${visitId} ${body.level}`);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each([false, true])(
    'shows the staff the same sequence for five grades, declined and timed out (next case waiting: %s)',
    (waits) => {
      const see = (act: (desk: Desk) => void): string[] => {
        const desk = new Desk().invited();
        if (waits) desk.send({ type: 'OPEN', visit: visit(2) });
        const seen: string[] = [];
        const look = () => {
          const frame = {
            trial: false,
            window: { number: 'A-07', name: '综合窗口' },
            deliveryPending: false,
            staff: null,
            wallMs: DAY,
            monotonicMs: desk.now,
          };
          const text = JSON.stringify(staffView(desk.state, frame));
          if (seen.at(-1) !== text) seen.push(text);
        };
        look();
        act(desk);
        for (let s = 0; s < 100; s++) {
          desk.pass(1_000);
          look();
        }
        return seen;
      };
      const expected = see((desk) => desk.send({ type: 'DECLINE', visitId: id }));
      expect(expected).toHaveLength(2);
      expect(JSON.parse(expected[1] ?? '')).toMatchObject({
        window: { state: waits ? 'serving' : 'idle' },
        waiting: 0,
      });
      expect(see(() => undefined)).toEqual(expected);
      for (const given of [1, 2, 3, 4, 5] as const) {
        expect(see((desk) => desk.send(rate(given)))).toEqual(expected);
        expect(see((desk) => desk.send({ type: 'KEY', level: given }))).toEqual(expected);
      }
    },
  );
});
