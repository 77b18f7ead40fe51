import { describe, expect, it } from 'vitest';
import type { Level, RecordFact } from '../ledger/record.ts';
import { decide, INITIAL_STATE, type VisitState } from './machine.ts';
import { type Meta, type OpenVisit, TIMES, type VisitEvent } from './model.ts';

/** Rating by ear: a key of the button box is spoken first and counts when it is pressed again. */

type Bare = VisitEvent extends infer E ? (E extends VisitEvent ? Omit<E, 'meta'> : never) : never;
const visit = (no: number): OpenVisit => ({
  visitId: `00000000-0000-7000-8000-00000000000${no}`,
  caseNo: `C-${no}`,
  serviceNo: 1,
  itemCode: 'T-1',
  itemName: '事项',
  window: 'A-07',
  staffId: 's-1',
  servedAt: 0,
  trigger: 'business',
  inviteAtOnce: true,
});
const { visitId } = visit(1);

function desk(guided: boolean) {
  let state: VisitState = INITIAL_STATE;
  let now = 1_000_000;
  const facts: RecordFact[] = [];
  const send = (event: Bare) => {
    const meta: Meta = {
      wallMs: now,
      monotonicMs: now,
      recordId: `00000000-0000-7000-8000-${String(facts.length).padStart(12, '0')}`,
      policy: { id: 'p', version: '1' },
      catalogueVersion: 'c',
      layout: 'best-left',
      guided,
    };
    const decision = decide(state, { ...event, meta } as VisitEvent);
    state = decision.next;
    facts.push(...decision.facts.map(({ fact }) => fact));
    return decision.taken;
  };
  const pass = (ms: number) => {
    now += ms;
    send({ type: 'CLOCK' });
  };
  const key = (level: Level, afterMs: number = TIMES.bounceMs) => {
    now += afterMs;
    return send({ type: 'KEY', level });
  };
  const grades = () => facts.flatMap((fact) => (fact.kind === 'rating' ? [[fact.body.level, fact.body.channel]] : []));
  send({ type: 'OPEN', visit: visit(1) });
  return { send, pass, key, grades, facts, at: () => state };
}

describe('by ear', () => {
  it.each([1, 2, 3, 4, 5] as const)('the key of %i is spoken, and counts when it is pressed again', (level) => {
    const one = desk(true);
    one.key(level);
    expect([one.at().name, one.at().context.guide?.spoken, one.grades()]).toEqual(['inviting', level, []]);
    one.key(level);
    expect([one.at().name, one.grades()]).toEqual(['reasons', [[level, 'keypad']]]);
  });

  it('a bounce confirms nothing, and another key is spoken anew', () => {
    const one = desk(true);
    one.key(2);
    one.key(2, TIMES.bounceMs - 1);
    one.key(5);
    one.key(2);
    expect(one.grades()).toEqual([]);
    one.key(2);
    expect(one.grades()).toEqual([[2, 'keypad']]);
  });

  it('every press gives the time anew, and time alone never confirms', () => {
    const one = desk(true);
    for (const level of [1, 2, 3] as const) one.key(level, TIMES.ratingMs - 1);
    expect(one.at().name).toBe('inviting');
    one.pass(TIMES.ratingMs);
    expect(one.at().name).toBe('ended');
    expect(one.facts.at(-1)).toMatchObject({ kind: 'not_rated', body: { reason: 'timeout' } });
  });

  it('a grade is changed by another key pressed twice, whenever that is', () => {
    const one = desk(true);
    one.key(1);
    one.key(1);
    one.key(4, TIMES.keyChangeMs * 2);
    expect(one.grades()).toEqual([[1, 'keypad']]);
    one.key(4);
    one.key(4);
    expect(one.grades()).toEqual([
      [1, 'keypad'],
      [4, 'keypad'],
    ]);
  });

  it('a touch on the screen is one tap all the same', () => {
    const one = desk(true);
    one.send({ type: 'RATE', visitId, level: 3, language: 'zh-CN' });
    expect(one.grades()).toEqual([[3, 'touch']]);
  });

  it('is on for the visit in which the citizen turns it on, and for no other', () => {
    const one = desk(false);
    expect(one.send({ type: 'GUIDE', visitId: visit(2).visitId, on: true })).toBe(false);
    one.send({ type: 'GUIDE', visitId, on: true });
    one.key(2);
    one.key(2);
    one.send({ type: 'SUBMIT', visitId });
    one.pass(TIMES.thanksMs);
    expect(one.at()).toMatchObject({ name: 'idle', context: { guide: null } });
    one.send({ type: 'OPEN', visit: visit(2) });
    one.key(5);
    expect(one.grades()).toEqual([
      [2, 'keypad'],
      [5, 'keypad'],
    ]);
  });

  it('turned off again, one press is the rating', () => {
    const one = desk(true);
    one.key(2);
    one.send({ type: 'GUIDE', visitId, on: false });
    one.key(2);
    expect(one.grades()).toEqual([[2, 'keypad']]);
  });

  it('a restart forgets what was spoken: it must be heard again before it counts', () => {
    const one = desk(true);
    one.key(2);
    one.send({ type: 'RESTART' });
    one.key(2);
    expect(one.grades()).toEqual([]);
    one.key(2);
    expect(one.grades()).toEqual([[2, 'keypad']]);
  });
});
