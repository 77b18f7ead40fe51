import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchOutcome, BatchResults } from './connectors/connector.ts';
import {
  afterDeferrals,
  afterLastClaim,
  afterLocalFault,
  afterLocalSuccess,
  afterOutcome,
  afterReset,
  afterWake,
  freshSendState,
  loneVerdict,
  MALFORMED_IN_A_ROW_LIMIT,
  mayClaimAhead,
  nextStep,
  PROBE_LIMIT,
  patiently,
  type SendState,
  urgentSlackMs,
} from './schedule.ts';
import { someRecords } from './testing/records.ts';
import { takeAll } from './testing/scripted-connector.ts';

const context = { nowMs: 1000, sent: 200, tookMs: 100, slackMs: 1e9, random: 0.5 };
const reply = (outcome: BatchOutcome, change: Partial<typeof context> = {}, state: SendState = freshSendState) =>
  afterOutcome(state, outcome, { ...context, ...change });
const nothing: BatchResults = { kind: 'settled', receipt: null, delivered: [], deferred: [], refused: [] };

describe('what the loop does next', () => {
  const settled: BatchOutcome = { ...nothing, refused: [{ id: 'x', code: 'c', message: 'm' }] };
  const deferred = [60_000, 59_500, 90_000].map((retryAfterMs) => ({ id: 'x', code: 'c', retryAfterMs }));
  const putOff = afterDeferrals(reply({ ...nothing, deferred }), deferred, 1000);
  const failed = { ...freshSendState, failures: 4 };
  it.each<[string, SendState, object]>([
    ['claims 200 at first', freshSendState, { do: 'claim', limit: 200 }],
    ['claims more after a full batch', reply(settled), { do: 'claim', limit: 400 }],
    ['claims no more after a batch that was not full', reply(settled, { sent: 7 }), { do: 'claim', limit: 200 }],
    [
      'goes up to 500',
      reply(settled, { sent: 400 }, { ...freshSendState, batchLimit: 400 }),
      { do: 'claim', limit: 500 },
    ],
    ['asks with few records whether the line is well again', { ...failed }, { do: 'claim', limit: PROBE_LIMIT }],
    ['rests after a fault', reply({ kind: 'down', detail: '' }), { do: 'wait', untilMs: 2000 }],
    ['rests longer each time', reply({ kind: 'down', detail: '' }, {}, failed), { do: 'wait', untilMs: 31_000 }],
    ['rests after a portal', reply({ kind: 'not_the_centre', detail: '' }), { do: 'wait', untilMs: 2000 }],
    [
      'rests as long as the centre asks',
      reply({ kind: 'busy', detail: '', retryAfterMs: 8000 }),
      { do: 'wait', untilMs: 10_000 },
    ],
    ['rests when no record was answered', reply(nothing), { do: 'wait', untilMs: 2000 }],
    [
      'stops when it is disowned',
      reply({ kind: 'unauthorised', code: 'revoked', detail: '' }),
      { do: 'wait', untilMs: null },
    ],
    ['halves what is too large', reply({ kind: 'too_large', detail: '' }), { do: 'claim', limit: 100 }],
    ['halves what is malformed, without a rest', reply({ kind: 'malformed', detail: '' }), { do: 'claim', limit: 100 }],
    ['waits for a wake when nothing is there', afterLastClaim(freshSendState, 1000), { do: 'wait', untilMs: null }],
    [
      'waits for a deferred record when nothing else is there',
      afterLastClaim(putOff, 1000),
      { do: 'wait', untilMs: 61_000 },
    ],
    ['waits for it on another line too', afterLastClaim(afterReset(putOff), 1000), { do: 'wait', untilMs: 61_000 }],
    ['claims on a wake', afterWake(afterLastClaim(freshSendState, 1000)), { do: 'claim', limit: 200 }],
    ['rests on through a wake', afterWake(reply({ kind: 'down', detail: '' })), { do: 'wait', untilMs: 2000 }],
  ])('%s', (_name, state, step) => expect(nextStep(state, 1000, 500)).toEqual(step));

  it('looks for each deferred record when its time has come, and once only', () => {
    let idle = afterLastClaim(putOff, 1000);
    expect(nextStep(idle, 61_000, 500)).toMatchObject({ do: 'claim' });
    idle = afterLastClaim(idle, 61_000);
    expect(nextStep(idle, 61_000, 500)).toEqual({ do: 'wait', untilMs: 91_000 });
    expect(nextStep(afterLastClaim(idle, 91_000), 91_000, 500)).toEqual({ do: 'wait', untilMs: null });
  });

  it('keeps to a size that passed for ten minutes, then grows again', () => {
    let state = reply({ kind: 'too_large', detail: '' });
    state = reply(settled, { sent: 100 }, state);
    expect(nextStep(state, 600_999, 500)).toEqual({ do: 'claim', limit: 100 });
    expect(nextStep(state, 601_000, 500)).toEqual({ do: 'claim', limit: 200 });
  });
});

it('no deferred record waits more than a second past its time, whatever else is put off meanwhile', () => {
  const moment = fc.record({
    atMs: fc.integer({ min: 0, max: 200_000 }),
    waitsMs: fc.array(fc.integer({ min: 1, max: 90_000 }), { maxLength: 9 }),
  });
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 8 }), (moments) => {
      let state = afterLastClaim(freshSendState, 0);
      const claimedMs: number[] = [];
      /** An idle loop that nobody wakes. */
      const idleUntil = (endMs: number): void => {
        for (;;) {
          const step = nextStep(state, endMs, 500);
          const atMs = step.do === 'claim' ? state.recheckAtMs[0]! : (step.untilMs ?? Number.POSITIVE_INFINITY);
          if (atMs > endMs) return;
          claimedMs.push(atMs);
          state = afterLastClaim(state, atMs);
        }
      };
      const dueMs: number[] = [];
      for (const { atMs, waitsMs } of moments.toSorted((a, b) => a.atMs - b.atMs)) {
        idleUntil(atMs);
        const deferred = waitsMs.map((retryAfterMs) => ({ id: 'x', code: 'c', retryAfterMs }));
        state = afterDeferrals(state, deferred, atMs);
        dueMs.push(...waitsMs.map((waitMs) => atMs + waitMs));
      }
      idleUntil(1_000_000);
      for (const ms of dueMs) expect(claimedMs.some((atMs) => atMs >= ms && atMs < ms + 1_000)).toBe(true);
      expect(claimedMs.length).toBeLessThanOrEqual(dueMs.length);
    }),
  );
});

describe('a fault of our own side', () => {
  const restsAfter = (faults: number): number => {
    let state = freshSendState;
    for (let n = 0; n < faults; n++) state = afterLocalFault(state, 0);
    return state.restUntilMs;
  };

  it.each([
    [1, 2_000],
    [2, 4_000],
    [6, 64_000],
    [7, 120_000],
    [1_000, 120_000],
  ])('number %i in a row costs a rest of %i ms: a full disk must not send the same batch for hours', (faults, ms) =>
    expect(restsAfter(faults)).toBe(ms),
  );

  it('is forgotten once a batch went through', () => {
    const after = afterLocalSuccess(afterLocalFault(afterLocalFault(freshSendState, 0), 0));
    expect(afterLocalFault(after, 1_000).restUntilMs).toBe(3_000);
  });
});

describe('what is urgent about a batch', () => {
  it.each([
    ['the earliest date to come', [5_000, 3_000, 9_000], 2_000],
    ['not what is missed already', [500, 3_000, 1_000], 2_000],
    ['nothing, when all is missed', [500, 1_000], null],
    ['nothing, of nothing', [], null],
  ])('is %s', (_name, dates, slackMs) => {
    expect(
      urgentSlackMs(
        dates.map((dueAt) => ({ dueAt })),
        1_000,
      ),
    ).toBe(slackMs);
  });
});

describe('a lone record that the centre would not read', () => {
  const [record] = someRecords(1);
  const malformed: BatchOutcome = { kind: 'malformed', detail: 'records[0].body: wrong' };

  it('is refused with the reason', () => {
    const refused = [{ id: record!.id, code: 'malformed', message: 'records[0].body: wrong' }];
    expect(loneVerdict(freshSendState, malformed, [record!])).toMatchObject({ refused });
    const large = loneVerdict(freshSendState, { kind: 'too_large', detail: '' }, [record!]);
    expect(large).toMatchObject({ refused: [{ code: 'too_large' }] });
  });

  it('is put off when the centre has called everything malformed', () => {
    let state = freshSendState;
    for (let n = 0; n < MALFORMED_IN_A_ROW_LIMIT; n++) state = reply(malformed, { sent: 1 }, state);
    expect(loneVerdict(state, malformed, [record!])).toMatchObject({ refused: [], deferred: [{ code: 'malformed' }] });
    expect(nextStep(reply(malformed, { sent: 1 }, state), 1000, 500)).toMatchObject({ do: 'wait' });
    const trusted = reply(takeAll([record!]), { sent: 1 }, state);
    expect(loneVerdict(trusted, malformed, [record!])).toMatchObject({ deferred: [] });
  });

  it('is nothing to a larger batch, or to other answers', () => {
    expect(loneVerdict(freshSendState, malformed, someRecords(2))).toBeNull();
    expect(loneVerdict(freshSendState, { kind: 'down', detail: '' }, [record!])).toBeNull();
  });
});

it('finds every bad record among good ones by halving, in few batches', () => {
  const records = someRecords(300);
  const bad = fc.uniqueArray(fc.integer({ min: 0, max: 299 }), { maxLength: 4 });
  fc.assert(
    fc.property(bad, (positions) => {
      const spoiled = new Set(positions.map((at) => records[at]!.id));
      let queue = records;
      let state = freshSendState;
      let batches = 0;
      const refused: string[] = [];
      while (queue.length > 0) {
        const step = nextStep(state, 0, 500);
        if (step.do !== 'claim') throw new Error('rested without a fault of the connection');
        const batch = queue.slice(0, step.limit);
        const isBad = batch.some((record) => spoiled.has(record.id));
        const outcome: BatchOutcome = isBad ? { kind: 'malformed', detail: '' } : takeAll(batch);
        const results = outcome.kind === 'settled' ? outcome : loneVerdict(state, outcome, batch);
        state = afterOutcome(state, outcome, { nowMs: 0, sent: batch.length, tookMs: 1, slackMs: 0, random: 0 });
        const done = new Set([...(results?.delivered ?? []), ...(results?.refused ?? []).map((one) => one.id)]);
        queue = queue.filter((record) => !done.has(record.id));
        refused.push(...(results?.refused ?? []).map((one) => one.id));
        batches++;
      }
      expect(new Set(refused)).toEqual(spoiled);
      expect(batches).toBeLessThanOrEqual(3 + 40 * positions.length);
    }),
    { numRuns: 200 },
  );
});

describe('a backlog after trouble', () => {
  const settled: BatchOutcome = { ...nothing, refused: [{ id: 'x', code: 'c', message: 'm' }] };
  const well = (state: SendState, nowMs: number, sent: number) => reply(settled, { nowMs, sent }, state);

  it('goes out slowly at first, then faster, then freely', () => {
    let state = reply({ kind: 'down', detail: '' });
    let nowMs = 0;
    const sizes: number[] = [];
    for (let batch = 0; batch < 40; batch++) {
      nowMs = Math.max(nowMs, state.restUntilMs);
      const step = nextStep(state, nowMs, 500);
      if (step.do !== 'claim') throw new Error('rested for nothing');
      sizes.push(step.limit);
      state = well(state, nowMs, step.limit);
      if (batch < 15) expect(mayClaimAhead(state)).toBe(false);
    }
    expect(sizes.slice(0, 3)).toEqual([PROBE_LIMIT, 150, 200]);
    expect(sizes.toSorted((a, b) => a - b)).toEqual(sizes);
    expect(sizes.at(-1)).toBe(500);
    expect(mayClaimAhead(state)).toBe(true);
    // Free again: no gap between batches.
    expect(state.restUntilMs).toBe(nowMs);
  });

  it('is cut in half whenever the centre groans', () => {
    let state = well(well(reply({ kind: 'down', detail: '' }), 5_000, 20), 10_000, 100);
    const before = state.pace.perS ?? 0;
    state = reply({ kind: 'busy', detail: '', retryAfterMs: null }, {}, state);
    expect(state.pace.perS).toBe(before / 2);
    for (let n = 0; n < 20; n++) state = reply({ kind: 'busy', detail: '', retryAfterMs: null }, {}, state);
    expect(state.pace.perS).toBeGreaterThan(0);
  });

  it('is limited when a centre that answers well becomes slow', () => {
    let state = freshSendState;
    for (let n = 0; n < 5; n++) state = reply(settled, { tookMs: 300 }, state);
    expect(state.pace.perS).toBeNull();
    state = reply(settled, { tookMs: 4_900 }, state);
    expect(state.pace.perS).toBeNull();
    // One record that takes long says nothing of a centre's load that a large batch would not say better.
    state = reply(settled, { tookMs: 300, sent: 1 }, state);
    state = reply(settled, { tookMs: 12_000 }, state);
    expect(state.pace.perS).toBeGreaterThan(0);
  });
});

describe('a record that is put off again and again', () => {
  const records = someRecords(3).map((record, index) => ({ ...record, attempts: index * 4 }));
  const deferred = records.map(({ id }) => ({ id, code: 'c', retryAfterMs: 1_000 }));

  it('waits as asked at first, then longer, and never less than asked', () => {
    const answer = patiently({ ...nothing, deferred }, records, { nowMs: 0, random: () => 0.5 });
    const waits = answer.kind === 'settled' ? answer.deferred.map(({ retryAfterMs }) => retryAfterMs) : [];
    expect(waits).toEqual([1_000, 360_000, 900_000]);
  });

  it('is no concern of other answers', () => {
    const down: BatchOutcome = { kind: 'down', detail: '' };
    expect(patiently(down, records, { nowMs: 0, random: () => 0 })).toBe(down);
  });
});
