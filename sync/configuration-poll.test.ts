import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../device/testing/virtual-clock.ts';
import { AgentRun, MINUTE } from './testing/agent-run.ts';

let run: AgentRun;
beforeEach(() => {
  run = new AgentRun(new VirtualClock());
});
afterEach(() => run.end());

describe('the configuration', () => {
  it('is fetched at start and every ten minutes, offered, and named by its etag from then on', async () => {
    run.connector.configuration = { kind: 'configuration', jws: 'a.b.c', etag: '"7"' };
    await run.start(0);
    await run.clock.advance(25 * MINUTE);
    expect(run.connector.configurationAsks.map((ask) => ask.etag)).toEqual([null, '"7"', '"7"']);
    expect(run.connector.configurationAsks.map((ask) => ask.atMs)).toEqual([0, 10 * MINUTE, 20 * MINUTE]);
    expect(run.bench.offers[0]).toEqual({ jws: 'a.b.c', etag: '"7"' });
  });

  it('is offered again when the appliance refused it', async () => {
    run.connector.configuration = { kind: 'configuration', jws: 'a.b.c', etag: '"7"' };
    await run.start(0, {
      handlers: { offerConfiguration: async () => ({ accepted: false, code: 'x', version: null }) },
    });
    await run.clock.advance(11 * MINUTE);
    expect(run.connector.configurationAsks.map((ask) => ask.etag)).toEqual([null, null]);
    run.bench.tick();
    await run.clock.advance(MINUTE);
    expect(run.connector.pulses.at(-1)?.pulse.configuration).toEqual({ version: null, refused: 'x' });
  });

  it('is fetched soon again after a fault', async () => {
    run.connector.configuration = { kind: 'down', detail: '' };
    await run.start(0);
    await run.clock.advance(4_000);
    expect(run.connector.configurationAsks.map((ask) => ask.atMs)).toEqual([0, 1_000, 3_500]);
  });
});
