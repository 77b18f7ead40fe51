import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../device/testing/virtual-clock.ts';
import { AgentRun, MINUTE } from './testing/agent-run.ts';

const VISIT = '01900000-0000-7000-8000-0000000000aa';
let run: AgentRun;
beforeEach(() => {
  run = new AgentRun(new VirtualClock());
});
afterEach(() => run.end());

describe('a rating by phone', () => {
  it('is told once, with its time, and no longer asked for', async () => {
    await run.start(0);
    run.bench.appliance.visitInvited(VISIT);
    await run.clock.advance(5_000);
    expect(run.connector.visitAsks.length).toBeGreaterThan(1);
    run.connector.answerVisit = async () => ({
      kind: 'visit',
      state: 'rated',
      ratedAt: '2026-11-22T10:00:05.000+08:00',
    });
    await run.clock.advance(MINUTE);
    expect(run.bench.rated).toEqual([{ visitId: VISIT, ratedAt: '2026-11-22T10:00:05.000+08:00' }]);
    const asks = run.connector.visitAsks.length;
    await run.clock.advance(MINUTE);
    expect(run.connector.visitAsks).toHaveLength(asks);
  });

  it('is not asked for more than every two seconds, nor after the visit closed', async () => {
    await run.start(0);
    run.bench.appliance.visitInvited(VISIT);
    run.bench.appliance.visitInvited(VISIT);
    await run.clock.advance(9_000);
    expect(run.connector.visitAsks).toHaveLength(5);
    run.bench.appliance.visitClosed(VISIT);
    await run.clock.advance(MINUTE);
    expect(run.connector.visitAsks).toHaveLength(5);
    expect(run.bench.rated).toEqual([]);
  });

  it('says nothing when the answer comes after the visit closed', async () => {
    await run.start(0);
    run.connector.answerVisit = (_visitId, signal) =>
      new Promise((resolve) => {
        const late = { kind: 'visit', state: 'rated', ratedAt: null } as const;
        signal.addEventListener('abort', () => resolve(late));
      });
    run.bench.appliance.visitInvited(VISIT);
    await run.clock.settle();
    run.bench.appliance.visitClosed(VISIT);
    await run.clock.settle();
    expect(run.bench.rated).toEqual([]);
  });

  it('is watched through faults, and by an agent that came up in the middle', async () => {
    run.connector.answerVisit = async () => ({ kind: 'down', detail: '' });
    await run.start(0, { handlers: { invitedVisits: () => [VISIT] } });
    await run.clock.advance(20_000);
    expect(run.connector.visitAsks.length).toBeGreaterThan(2);
    run.connector.answerVisit = async () => ({ kind: 'visit', state: 'rated', ratedAt: null });
    await run.clock.advance(10_000);
    expect(run.bench.rated).toMatchObject([{ visitId: VISIT }]);
  });
});
