import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../device/testing/virtual-clock.ts';
import type { HeartbeatOutcome } from './connectors/connector.ts';
import { AgentRun, MINUTE } from './testing/agent-run.ts';
import { someRecords } from './testing/records.ts';

let run: AgentRun;
beforeEach(() => {
  run = new AgentRun(new VirtualClock());
});
afterEach(() => run.end());

describe('the heartbeat', () => {
  it('beats once a minute with what the outbox counts, 54 to 66 s apart', async () => {
    const draws = [0.99, 0, 0.5, 0.99, 0];
    let n = 0;
    await run.start(4, { random: () => draws[n++ % draws.length]! });
    for (let minute = 0; minute < 20; minute++) {
      run.bench.tick();
      await run.clock.advance(MINUTE);
    }
    const at = run.connector.pulses.map((pulse) => pulse.atMs);
    expect(at).toHaveLength(20);
    const gaps = at.slice(1).map((ms, index) => ms - at[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(54_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(66_000);
    expect(run.connector.pulses[0]!.pulse).toMatchObject({ link: 'online', counts: { delivered: 4, headSeq: 4 } });
  });

  it('is one probe a minute through a day’s outage, and one beat after it: none is made up for', async () => {
    await run.start(0);
    run.connector.configuration = { kind: 'down', detail: 'no route' };
    run.connector.beat = { kind: 'down', detail: 'no route' };
    const minutes = 24 * 60;
    for (let minute = 0; minute < minutes; minute++) {
      run.bench.tick();
      await run.clock.advance(MINUTE);
    }
    expect(run.connector.pulses).toHaveLength(minutes);
    const reports = run.bench.links.length;
    run.connector.beat = { kind: 'alive' };
    run.bench.tick();
    await run.clock.advance(MINUTE);
    expect(run.connector.pulses).toHaveLength(minutes + 1);
    expect(run.bench.links.slice(reports).map(({ state }) => state)).toContain('online');
  });

  it('is not joined by another while the centre keeps it waiting', async () => {
    await run.start(0);
    let answer = (): void => undefined;
    const late = new Promise<HeartbeatOutcome>((resolve) => {
      answer = () => resolve({ kind: 'alive' });
    });
    run.connector.answerBeat = () => late;
    for (let minute = 0; minute < 10; minute++) {
      run.bench.tick();
      await run.clock.advance(MINUTE);
    }
    expect(run.connector.pulses).toHaveLength(1);
    answer();
    await run.clock.settle();
    run.bench.tick();
    await run.clock.advance(MINUTE);
    expect(run.connector.pulses).toHaveLength(2);
  });

  it('tells that the line is down, and does not gloss over a batch in trouble', async () => {
    await run.start(0);
    run.connector.beat = { kind: 'down', detail: 'no route' };
    run.bench.tick();
    await run.clock.advance(MINUTE);
    expect(run.lastLink()).toMatchObject({ state: 'offline' });
    run.connector.beat = { kind: 'alive' };
    run.bench.tick();
    await run.clock.advance(MINUTE);
    expect(run.lastLink()).toMatchObject({ state: 'online' });
    run.connector.send = () => ({ kind: 'not_the_centre', detail: 'wrong receipt' });
    run.outbox.add(someRecords(1));
    const before = run.bench.links.length;
    run.bench.tick();
    await run.clock.advance(MINUTE);
    expect(new Set(run.bench.links.slice(before).map((link) => link.state))).toEqual(new Set(['not_the_centre']));
    expect(run.connector.pulses).toHaveLength(3);
  });
});
