import { describe, expect, it } from 'vitest';
import type { VisitState } from './machine.ts';
import { MAX_WAITING, TIMES } from './model.ts';
import { type Bare, Desk, id, rate, visit } from './testing/desk.ts';

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
