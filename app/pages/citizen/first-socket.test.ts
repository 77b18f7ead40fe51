import { expect, it } from 'vitest';
import { FakeSocket } from '../../../test/support/fake-socket.ts';
import { type FirstSocketHolder, takeFirstSocket } from './first-socket.ts';

class OpenSocket extends FakeSocket {
  readyState = 1;
  onmessage: unknown = () => undefined;
}

/** A page whose `index.html` opened a socket that has heard `words`. */
function opened(words: unknown[]) {
  const socket = new OpenSocket();
  const holder: FirstSocketHolder = { firstSocket: { socket, words } };
  const later: FakeSocket[] = [];
  const connect = takeFirstSocket(holder, () => {
    const next = new FakeSocket();
    later.push(next);
    return next;
  });
  return { socket, holder, later, connect };
}

it('hands on what was said before anybody listened, and then what is said', () => {
  const { socket, connect, later } = opened(['one', 'two']);
  const heard: unknown[] = [];
  connect().addEventListener('message', ({ data }) => heard.push(data));
  socket.receiveText('three');
  expect([heard, later]).toEqual([['one', 'two', 'three'], []]);
});

it('leaves nobody else who keeps what was or will be said, and nothing for the next to find', () => {
  const words = ['one'];
  const { socket, holder, connect } = opened(words);
  connect().addEventListener('message', () => undefined);
  expect([words, socket.onmessage, holder.firstSocket]).toEqual([[], null, undefined]);
});

it('sends and closes on it, and tells of its end', () => {
  const { socket, connect } = opened([]);
  const taken = connect();
  let ends = 0;
  taken.addEventListener('close', () => ends++);
  taken.send('{"n":1}');
  taken.close();
  socket.break();
  expect([socket.sent, socket.closed, ends]).toEqual([[{ n: 1 }], true, 1]);
});

it('opens a new one ever after', () => {
  const { connect, later } = opened(['one']);
  connect();
  expect([connect(), connect()]).toEqual(later);
});

it.each([2, 3])(
  'opens a new one where the first has ended (readyState %i), and hands nothing of it on',
  (readyState) => {
    const { socket, connect, later } = opened(['stale']);
    socket.readyState = readyState;
    const heard: unknown[] = [];
    const taken = connect();
    taken.addEventListener('message', ({ data }) => heard.push(data));
    expect([taken, heard]).toEqual([later[0], []]);
  },
);

it('opens one where the document opened none', () => {
  const next = new FakeSocket();
  expect(takeFirstSocket({}, () => next)()).toBe(next);
});
