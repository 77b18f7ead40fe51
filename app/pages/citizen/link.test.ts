import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import type { CitizenView } from '../../../device/visit/views.ts';
import { fakeSockets } from '../../../test/support/fake-socket.ts';
import { idle, inviting, VISIT_ID } from '../../../test/support/page-samples.ts';
import { connectCitizen, parseServerMessage } from './link.ts';

const DECLINE = { type: 'decline', visitId: VISIT_ID } as const;

function linked() {
  const clock = new VirtualClock();
  const sockets = fakeSockets();
  const views: CitizenView[] = [];
  let losses = 0;
  const link = connectCitizen(sockets.open, clock, { onView: (view) => views.push(view), onLost: () => losses++ });
  return { clock, sockets, views, link, losses: () => losses };
}

describe('the link to the appliance', () => {
  it('numbers commands and hands each its own answer', async () => {
    const { sockets, link } = linked();
    const first = link.send(DECLINE);
    const second = link.send({ type: 'extend', visitId: VISIT_ID });
    sockets.newest().receive({ type: 'ack', n: 2, kept: false, code: 'closed' });
    sockets.newest().receive({ type: 'ack', n: 1, kept: true, code: null });
    expect([await first, await second]).toEqual([
      { kept: true, code: null },
      { kept: false, code: 'closed' },
    ]);
  });

  it('counts a command as not kept when the connection breaks, and connects again', async () => {
    const { clock, sockets, views, link, losses } = linked();
    sockets.newest().show(inviting);
    const answer = link.send(DECLINE);
    sockets.newest().break();
    expect(await answer).toEqual({ kept: false, code: 'connection_lost' });
    await clock.advance(200);
    sockets.newest().show(idle);
    expect([sockets.all.length, losses(), views.map(({ screen }) => screen)]).toEqual([2, 1, ['inviting', 'idle']]);
  });

  it('gives up an appliance that is silent after connecting or after a command for 5 s', async () => {
    const { clock, sockets, link } = linked();
    await clock.advance(5200);
    expect(sockets.all.map(({ closed }) => closed)).toEqual([true, false]);
    sockets.newest().show(inviting);
    const answer = link.send(DECLINE);
    await clock.advance(5000);
    expect([(await answer).kept, sockets.all[1]?.closed]).toEqual([false, true]);
  });

  it('hears nothing from a connection that it has left', async () => {
    const { clock, sockets, views } = linked();
    const old = sockets.newest();
    old.break();
    await clock.advance(200);
    old.show(inviting);
    old.break();
    expect([views.length, sockets.all.length]).toEqual([0, 2]);
  });

  it('sends nothing while there is no connection', async () => {
    const { sockets, link } = linked();
    sockets.newest().break();
    expect(await link.send(DECLINE)).toEqual({ kept: false, code: 'connection_lost' });
    expect(sockets.newest().sent).toEqual([]);
  });

  it('keeps what is touched before the first word of a connection, and sends it then', async () => {
    const { clock, sockets, link } = linked();
    const answer = link.send(DECLINE);
    expect(sockets.newest().sent).toEqual([]);
    sockets.newest().show(inviting);
    expect(sockets.newest().sent).toEqual([{ n: 1, command: DECLINE }]);
    sockets.newest().receive({ type: 'ack', n: 1, kept: true, code: null });
    expect(await answer).toEqual({ kept: true, code: null });

    sockets.newest().break();
    await clock.advance(200);
    const lost = link.send(DECLINE);
    sockets.newest().break();
    expect(await lost).toEqual({ kept: false, code: 'connection_lost' });
    await clock.advance(400);
    sockets.newest().show(inviting);
    expect(sockets.newest().sent).toEqual([]);
  });

  it('does nothing more when closed', async () => {
    const { clock, sockets, link } = linked();
    sockets.newest().show(idle);
    link.close();
    await clock.advance(60_000);
    expect([sockets.all.length, sockets.newest().closed, clock.timerCount]).toEqual([1, true, 0]);
  });
});

describe('frames of the server', () => {
  it.each([
    ['not JSON', '{'],
    ['not text', new ArrayBuffer(2)],
    ['null', 'null'],
    ['another type', '{"type":"reload"}'],
    ['a view without a screen', '{"type":"view","view":{}}'],
    ['a view of nothing', '{"type":"view","view":null}'],
    ['an ack without a number', '{"type":"ack","kept":true}'],
    ['an ack that says nothing', '{"type":"ack","n":1}'],
  ])('that are %s are passed over', (_name, data) => {
    expect(parseServerMessage(data)).toBeNull();
  });
});
