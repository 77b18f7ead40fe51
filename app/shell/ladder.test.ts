import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { climb, counted, LADDER, type LadderState, ladderAtStart, type Trouble } from './ladder.ts';

const TROUBLES: Trouble[] = ['renderer-gone', 'unresponsive', 'gpu-gone', 'load-failed', 'window-closed', 'no-frames'];

/** What is done about troubles that follow each other by `gapMs`. */
function climbAll(troubles: Trouble[], gapMs: number, start: LadderState = ladderAtStart(0, 0)) {
  let state = start;
  return troubles.map((trouble, index) => {
    const climbed = climb(state, trouble, (index + 1) * gapMs);
    state = climbed.state;
    return `${climbed.rung.step} ${climbed.rung.afterMs}`;
  });
}

const many = (trouble: Trouble, count: number): Trouble[] => Array.from({ length: count }, () => trouble);

describe('troubles in a row', () => {
  it.each(['renderer-gone', 'unresponsive', 'gpu-gone', 'load-failed', 'no-frames'] as const)(
    '%s goes from reload to recreate to relaunch, then rests',
    (trouble) => {
      expect(climbAll(many(trouble, 7), 100)).toEqual([
        'reload 0',
        'reload 1000',
        'recreate 1000',
        'recreate 4000',
        'relaunch 8000',
        'reload 60000',
        'reload 60000',
      ]);
    },
  );

  it('a closed window is made again where others would be reloaded', () => {
    expect(climbAll(many('window-closed', 6), 100)).toEqual([
      'recreate 0',
      'recreate 1000',
      'recreate 1000',
      'recreate 4000',
      'relaunch 8000',
      'recreate 60000',
    ]);
  });

  it('different troubles share one ladder', () => {
    expect(climbAll(['renderer-gone', 'gpu-gone', 'load-failed'], 100)).toEqual([
      'reload 0',
      'reload 1000',
      'recreate 1000',
    ]);
  });

  it('the last relaunch allowed is not followed by another', () => {
    const last = ladderAtStart(0, LADDER.maxRelaunches);
    expect(climbAll(many('renderer-gone', 6), 100, last).slice(4)).toEqual(['reload 60000', 'reload 60000']);
  });
});

describe('a good time', () => {
  it.each([
    [LADDER.goodTimeMs - 1, 'reload 1000'],
    [LADDER.goodTimeMs, 'reload 0'],
  ])('%i ms without trouble: the next one is answered with %s', (gapMs, expected) => {
    expect(climbAll(['renderer-gone', 'renderer-gone'], gapMs, ladderAtStart(gapMs, 0))[1]).toBe(expected);
  });

  it('also forgives the relaunches that led here', () => {
    const { state } = climb(ladderAtStart(0, 2), 'renderer-gone', LADDER.goodTimeMs);
    expect(state.relaunches).toBe(0);
  });
});

describe('counts', () => {
  it('go on over good times and take in what asked for no step', () => {
    let state = climb(ladderAtStart(0, 0), 'renderer-gone', 1).state;
    state = counted(state, 'gpu-gone', 2);
    state = climb(state, 'renderer-gone', LADDER.goodTimeMs * 2).state;
    expect(state.counts).toMatchObject({ 'renderer-gone': 2, 'gpu-gone': 1, 'load-failed': 0 });
  });
});

describe('whatever happens', () => {
  const story = fc.array(fc.record({ trouble: fc.constantFrom(...TROUBLES), gapMs: fc.nat(LADDER.goodTimeMs - 1) }), {
    maxLength: 60,
  });

  it('no process relaunches more than once, nor more often in a row than the rules say', () => {
    fc.assert(
      fc.property(story, fc.nat(4), (events, relaunches) => {
        let state = ladderAtStart(0, relaunches);
        let nowMs = 0;
        let relaunched = 0;
        for (const { trouble, gapMs } of events) {
          nowMs += gapMs;
          const { state: next, rung } = climb(state, trouble, nowMs);
          if (rung.step === 'relaunch') relaunched += 1;
          state = next;
        }
        expect(relaunched).toBeLessThanOrEqual(relaunches < LADDER.maxRelaunches ? 1 : 0);
      }),
    );
  });

  it('a step is never gentler in a hurry: after the rungs only rest', () => {
    fc.assert(
      fc.property(story, (events) => {
        const rungs = climbAll(
          events.map((event) => event.trouble),
          1,
        );
        for (const rung of rungs.slice(LADDER.rungs.length)) expect(rung).toMatch(/60000$/);
      }),
    );
  });
});
