import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Level, RecordFact } from '../ledger/record.ts';
import { decide, INITIAL_STATE, nextWakeAt, type VisitState } from './machine.ts';
import { MAX_WAITING, type Meta, type OpenVisit, TIMES, type VisitEvent } from './model.ts';
import { staffView } from './staff-view.ts';

const DAY = Date.parse('2026-11-22T02:00:00.000Z');
let counter = 0;
const uuid = () => `019aa000-0000-7000-8000-${(++counter).toString(16).padStart(12, '0')}`;

const visit = (no: number, inviteAtOnce = false): OpenVisit => ({
  visitId: `019aa111-0000-7000-8000-${no.toString(16).padStart(12, '0')}`,
  caseNo: `CASE-${no}`,
  serviceNo: 1,
  itemCode: 'I-1',
  itemName: '居民身份证换领',
  window: 'A-07',
  staffId: 'S-1',
  servedAt: DAY,
  trigger: 'business',
  inviteAtOnce,
});

type Bare = VisitEvent extends infer E ? (E extends VisitEvent ? Omit<E, 'meta'> : never) : never;

/** Drives the rules by hand: events, and time that moves only when told. */
class Desk {
  state: VisitState = INITIAL_STATE;
  facts: RecordFact[] = [];
  now = 1_000_000;
  /** The window is equipped for rating by ear. */
  guided = false;

  send(event: Bare): boolean {
    const meta: Meta = {
      wallMs: DAY + this.now,
      monotonicMs: this.now,
      recordId: uuid(),
      policy: { id: 'p', version: '1' },
      catalogueVersion: 'c1',
      layout: 'best-left',
      guided: this.guided,
    };
    const decision = decide(this.state, { ...event, meta } as VisitEvent);
    this.state = decision.next;
    this.facts.push(...decision.facts.map((kept) => kept.fact));
    return decision.taken;
  }

  /** Lets time pass, waking exactly when the rules ask to be woken. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const wake = nextWakeAt(this.state);
      if (wake === null || wake > end) break;
      this.now = Math.max(this.now, wake);
      expect(this.send({ type: 'CLOCK' }), 'a wake-up that changes nothing would spin').toBe(true);
    }
    this.now = end;
  }

  ratings() {
    return this.facts.flatMap((fact) => (fact.kind === 'rating' ? [fact.body] : []));
  }
  notRated() {
    return this.facts.flatMap((fact) => (fact.kind === 'not_rated' ? [fact.body] : []));
  }
  invited(no = 1): Desk {
    this.send({ type: 'OPEN', visit: visit(no, true) });
    return this;
  }
}

const rate = (level: Level, no = 1): Bare => ({ type: 'RATE', visitId: visit(no).visitId, level, language: 'zh-CN' });
const id = visit(1).visitId;

describe('the visit', () => {
  it('goes from idle to thanks and back, keeping revision 1 at the tap', () => {
    const desk = new Desk();
    desk.send({ type: 'OPEN', visit: visit(1) });
    expect(desk.state.name).toBe('serving');
    desk.send({ type: 'INVITE', visitId: id });
    expect(desk.state.name).toBe('inviting');
    desk.send(rate(2));
    expect(desk.state.name).toBe('reasons');
    expect(desk.ratings()).toMatchObject([{ level: 2, revision: 1, supersedes: null, channel: 'touch', tags: [] }]);
    desk.send({ type: 'SUBMIT', visitId: id });
    expect(desk.state.name).toBe('thanks');
    desk.pass(TIMES.thanksMs);
    expect(desk.state.name).toBe('idle');
    expect(desk.ratings()).toHaveLength(1);
    expect(desk.notRated()).toHaveLength(0);
  });

  it('keeps tags and words as the next revision after a rest, once', () => {
    const desk = new Desk().invited();
    desk.send(rate(1));
    desk.pass(1_000);
    desk.send({ type: 'REVISE', visitId: id, level: 1, tags: ['113'], comment: '', language: 'zh-CN' });
    desk.send({ type: 'REVISE', visitId: id, level: 1, tags: ['113'], comment: '跑了三趟', language: 'zh-CN' });
    expect(desk.ratings()).toHaveLength(1);
    desk.pass(TIMES.draftRestMs);
    const [first, second] = desk.ratings();
    expect(second).toMatchObject({ revision: 2, level: 1, tags: ['113'], comment: '跑了三趟' });
    expect(second?.supersedes).not.toBeNull();
    expect(first?.supersedes).toBeNull();
    desk.pass(TIMES.reasonsMs);
    expect(desk.ratings()).toHaveLength(2);
  });

  it('keeps the draft when the citizen leaves by 提交 or walks away', () => {
    for (const leave of ['submit', 'walk'] as const) {
      const desk = new Desk().invited();
      desk.send(rate(4));
      desk.send({ type: 'REVISE', visitId: id, level: 4, tags: ['411'], comment: '', language: 'zh-CN' });
      if (leave === 'submit') desk.send({ type: 'SUBMIT', visitId: id });
      else desk.pass(TIMES.reasonsMs);
      expect(desk.state.name).toBe('thanks');
      expect(desk.ratings().map((body) => body.tags)).toEqual([[], ['411']]);
    }
  });

  it('lets another grade on the reasons screen be the next revision, without the tags of the old one', () => {
    const desk = new Desk().invited();
    desk.send(rate(5));
    desk.pass(1_000);
    desk.send({ type: 'REVISE', visitId: id, level: 5, tags: ['510'], comment: '好', language: 'zh-CN' });
    desk.send({ type: 'REVISE', visitId: id, level: 2, tags: ['510'], comment: '好', language: 'zh-CN' });
    expect(desk.ratings()).toMatchObject([
      { level: 5, revision: 1 },
      { level: 2, revision: 2, tags: [], comment: '好' },
    ]);
  });

  it.each([0, 1, 399])('ignores a second contact after %i ms', (ms) => {
    const desk = new Desk().invited();
    desk.send(rate(5));
    desk.pass(ms);
    desk.send(rate(1));
    desk.send({ type: 'REVISE', visitId: id, level: 1, tags: [], comment: '', language: 'zh-CN' });
    desk.send({ type: 'KEY', level: 1 });
    expect(desk.ratings()).toMatchObject([{ level: 5 }]);
  });

  it('lets a button box change the grade within 5 s and not later', () => {
    const desk = new Desk().invited();
    desk.send({ type: 'KEY', level: 1 });
    desk.pass(4_999);
    desk.send({ type: 'KEY', level: 4 });
    desk.pass(1);
    desk.send({ type: 'KEY', level: 3 });
    expect(desk.ratings().map(({ level, channel }) => ({ level, channel }))).toEqual([
      { level: 1, channel: 'keypad' },
      { level: 4, channel: 'keypad' },
    ]);
  });

  it('takes keys only while inviting', () => {
    const desk = new Desk();
    expect(desk.send({ type: 'KEY', level: 5 })).toBe(false);
    desk.send({ type: 'OPEN', visit: visit(1) });
    expect(desk.send({ type: 'KEY', level: 5 })).toBe(false);
    expect(desk.ratings()).toEqual([]);
  });

  it('ends an invitation after 60 s as "timeout", extendable by one tap, never with a grade', () => {
    const desk = new Desk().invited();
    desk.pass(59_999);
    desk.send({ type: 'EXTEND', visitId: id });
    desk.pass(59_999);
    expect(desk.state.name).toBe('inviting');
    desk.pass(1);
    expect(desk.state.name).toBe('ended');
    expect(desk.notRated()).toMatchObject([{ reason: 'timeout' }]);
    expect(desk.ratings()).toEqual([]);
  });

  it('refuses a touch that was meant for another visit', () => {
    const desk = new Desk().invited(1);
    expect(desk.send(rate(1, 9))).toBe(false);
    expect(desk.send({ type: 'DECLINE', visitId: visit(9).visitId })).toBe(false);
    expect(desk.state.name).toBe('inviting');
  });

  it('cannot be skipped or ended by staff once the citizen was invited', () => {
    const desk = new Desk().invited();
    expect(desk.send({ type: 'SKIP', visitId: id, reason: 'citizen_left' })).toBe(false);
    desk.send({ type: 'PAUSE', reason: 'break', limitMs: 60_000 });
    expect(desk.state.name).toBe('inviting');
    desk.send(rate(3));
    desk.send({ type: 'SUBMIT', visitId: id });
    desk.pass(TIMES.thanksMs);
    expect(desk.state.name).toBe('paused');
    desk.pass(60_000);
    expect(desk.state.name).toBe('idle');
  });

  it.each([
    ['skip', { type: 'SKIP', visitId: id, reason: 'citizen_left' }, 'skipped', 'citizen_left', 'idle'],
    ['pause', { type: 'PAUSE', reason: 'meeting', limitMs: 1_000 }, 'paused', 'meeting', 'paused'],
    ['phone', { type: 'RATED_ELSEWHERE', visitId: id }, 'rated_elsewhere', null, 'thanks'],
    ['next case', { type: 'OPEN', visit: visit(2) }, 'skipped', 'next_case', 'serving'],
  ] as [string, Bare, string, string | null, string][])(
    'a case never invited ends by %s as not rated',
    (_n, event, reason, detail, name) => {
      const desk = new Desk();
      desk.send({ type: 'OPEN', visit: visit(1) });
      desk.send(event);
      expect(desk.notRated()).toMatchObject([{ caseNo: 'CASE-1', reason, detail }]);
      expect(desk.state.name).toBe(name);
    },
  );

  it('lets the next case wait until the citizen is done, then serves it', () => {
    const desk = new Desk().invited(1);
    desk.send({ type: 'OPEN', visit: visit(2, true) });
    expect(desk.state).toMatchObject({ name: 'inviting', context: { current: { caseNo: 'CASE-1' } } });
    desk.send(rate(4));
    desk.send({ type: 'SUBMIT', visitId: id });
    desk.pass(TIMES.thanksMs);
    expect(desk.state).toMatchObject({ name: 'inviting', context: { current: { caseNo: 'CASE-2' }, rating: null } });
  });

  it('skips a case that was neither invited nor served when another one came behind it', () => {
    const desk = new Desk().invited(1);
    for (const no of [2, 3, 4]) desk.send({ type: 'OPEN', visit: visit(no) });
    desk.send({ type: 'INVITE', visitId: visit(3).visitId });
    desk.send({ type: 'SKIP', visitId: visit(4).visitId, reason: 'citizen_left' });
    desk.send({ type: 'DECLINE', visitId: id });
    desk.pass(TIMES.thanksMs);
    expect(desk.state).toMatchObject({ name: 'inviting', context: { current: { caseNo: 'CASE-3' }, waiting: [] } });
    expect(desk.notRated().map(({ caseNo, reason, detail }) => [caseNo, reason, detail])).toEqual([
      ['CASE-4', 'skipped', 'citizen_left'],
      ['CASE-1', 'declined', null],
      ['CASE-2', 'skipped', 'next_case'],
    ]);
  });

  it('answers a resumption of nothing by nothing, also while a citizen is rating', () => {
    const desk = new Desk().invited();
    expect(desk.send({ type: 'RESUME' })).toBe(false);
    desk.send({ type: 'PAUSE', reason: 'break', limitMs: 1_000 });
    expect(desk.send({ type: 'RESUME' })).toBe(true);
  });

  it('holds only so many waiting cases', () => {
    const desk = new Desk().invited(1);
    for (let no = 2; no < 2 + MAX_WAITING; no++) expect(desk.send({ type: 'OPEN', visit: visit(no) })).toBe(true);
    expect(desk.send({ type: 'OPEN', visit: visit(99) })).toBe(false);
  });

  it.each(['serving', 'inviting', 'reasons', 'thanks', 'ended', 'paused'] as const)(
    'survives a power cut while %s',
    (name) => {
      const desk = new Desk();
      if (name === 'serving') desk.send({ type: 'OPEN', visit: visit(1) });
      else if (name !== 'paused') desk.invited();
      if (name === 'paused') desk.send({ type: 'PAUSE', reason: 'break', limitMs: 600_000 });
      if (name === 'ended') desk.send({ type: 'DECLINE', visitId: id });
      if (name === 'reasons' || name === 'thanks') desk.send(rate(1));
      if (name === 'thanks') desk.send({ type: 'SUBMIT', visitId: id });
      expect(desk.state.name).toBe(name);
      desk.state = JSON.parse(JSON.stringify(desk.state)) as VisitState;
      desk.now = 5; // monotonic time begins anew with the machine
      desk.send({ type: 'RESTART' });
      const stays = {
        serving: 'serving',
        inviting: 'inviting',
        reasons: 'reasons',
        thanks: 'idle',
        ended: 'idle',
        paused: 'paused',
      };
      expect(desk.state.name).toBe(stays[name]);
      desk.pass(700_000);
      expect(['idle', 'serving']).toContain(desk.state.name);
      expect(desk.ratings()).toHaveLength(name === 'reasons' || name === 'thanks' ? 1 : 0);
    },
  );
});

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
