import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { hallBench, UNKNOWN } from '../testing/hall-bench.ts';

const bench = hallBench();
const { open } = bench;

describe('the citizen’s socket', () => {
  const connect = (headers: Record<string, string> = {}) =>
    new WebSocket(`${bench.urls.citizen.replace('http', 'ws')}citizen/socket`, { headers });
  const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)));

  it.each([
    ['no JSON', 'hello'],
    ['no command', '{"n":1}'],
    [
      'a sixth grade',
      JSON.stringify({ n: 1, command: { type: 'rate', visitId: UNKNOWN, level: 6, language: 'zh-CN' } }),
    ],
    [
      'half a grade',
      JSON.stringify({ n: 1, command: { type: 'rate', visitId: UNKNOWN, level: 2.5, language: 'zh-CN' } }),
    ],
    [
      'a grade as text',
      JSON.stringify({ n: 1, command: { type: 'rate', visitId: UNKNOWN, level: '5', language: 'zh-CN' } }),
    ],
    ['another field', JSON.stringify({ n: 1, command: { type: 'submit', visitId: UNKNOWN, staffId: 'S' } })],
    [
      'a comment of 501 characters',
      JSON.stringify({
        n: 1,
        command: { type: 'revise', visitId: UNKNOWN, level: 1, tags: [], comment: 'x'.repeat(501), language: 'zh-CN' },
      }),
    ],
    ['a frame of 20 KiB', 'x'.repeat(20_000)],
  ])('is closed for %s, and nothing is kept', async (_name, text) => {
    await open({ invite: true });
    const before = bench.device.records().length;
    const socket = connect();
    socket.once('message', () => socket.send(text));
    expect([1007, 1009]).toContain(await closed(socket));
    expect(bench.device.records()).toHaveLength(before);
    expect(bench.device.appliance.citizenView().screen).toBe('inviting');
  });

  it('keeps a comment that was cut in the middle of a character', async () => {
    const visitId = await open({ invite: true });
    bench.device.appliance.citizen({ type: 'rate', visitId, level: 2, language: 'zh-CN' });
    const comment = '慢\ud83d';
    const command = { type: 'revise', visitId, level: 2, tags: [], comment, language: 'zh-CN' };
    const socket = connect();
    const acked = new Promise<unknown>((resolve) => {
      socket.once('message', () => socket.send(JSON.stringify({ n: 1, command })));
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string };
        if (message.type === 'ack') resolve(message);
      });
    });
    expect(await acked).toMatchObject({ kept: true });
    await bench.device.clock.advance(30_000);
    expect(bench.device.appliance.citizenView().screen).toBe('thanks');
    expect(bench.device.records().filter(({ kind }) => kind === 'rating')).toMatchObject([
      {},
      { body: { comment: '慢\ufffd' } },
    ]);
    socket.close();
  });

  it('is closed to a page of another origin', async () => {
    expect(await closed(connect({ origin: 'https://evil.example' }))).toBe(1008);
  });

  it('says "not now" to a touch that was meant for another visit', async () => {
    await open({ invite: true });
    const socket = connect();
    const answers: unknown[] = [];
    const acked = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string };
        if (answers.push(message) === 1)
          socket.send(
            JSON.stringify({ n: 7, command: { type: 'rate', visitId: UNKNOWN, level: 1, language: 'zh-CN' } }),
          );
        if (message.type === 'ack') resolve();
      });
    });
    await acked;
    expect(answers.at(-1)).toEqual({ type: 'ack', n: 7, kept: false, code: 'not_now' });
    socket.close();
  });
});
