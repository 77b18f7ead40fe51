import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../clock.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { answerLimit } from './answer-limit.ts';

describe('the limit of an answer', () => {
  it.each([2, 3, 1000])('of %i ms is over after all of it and not before', async (limitMs) => {
    const clock = new VirtualClock();
    let silences = 0;
    answerLimit(clock, limitMs, () => (silences += 1));
    await clock.advance(limitMs - 1);
    expect(silences).toBe(0);
    await clock.advance(1);
    expect([silences, clock.timerCount]).toEqual([1, 0]);
  });

  it.each([0, 499, 500, 999])('is never over once it was cancelled after %i ms', async (afterMs) => {
    const clock = new VirtualClock();
    let silences = 0;
    const timer = answerLimit(clock, 1000, () => (silences += 1));
    await clock.advance(afterMs);
    timer.cancel();
    await clock.advance(5000);
    expect([silences, clock.timerCount]).toEqual([0, 0]);
  });
});

describe('where the process stood still beyond the limit', () => {
  let server: ReturnType<typeof createServer>;
  let device: Socket;
  let ours: Socket;

  beforeEach(async () => {
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const accepted = once(server, 'connection');
    ours = connect(address.port, '127.0.0.1');
    await once(ours, 'connect');
    [device] = (await accepted) as [Socket];
  });

  afterEach(() => {
    for (const socket of [ours, device]) socket.destroy();
    server.close();
  });

  it('an answer that came meanwhile is read before the device is called silent', async () => {
    const first = new Promise<string>((resolve) => {
      const timer = answerLimit(systemClock, 20, () => resolve('silent'));
      ours.once('data', () => {
        timer.cancel();
        resolve('answered');
      });
      device.write('!');
      // As a sync on a slow disk does: nothing of this process runs, while the kernel takes the answer in.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    });
    expect(await first).toBe('answered');
  });
});
