import { deserialize, serialize } from 'node:v8';
import { beforeEach, describe, expect, it } from 'vitest';
import { settle, VirtualClock } from '../../device/testing/virtual-clock.ts';
import { type MessagePortLike, type ParentChannel, parentChannel } from './child-port.ts';

class FakeParent {
  readonly received: unknown[] = [];
  say: (message: unknown) => void = () => {};
  vanish: () => void = () => {};

  readonly transport = {
    post: (message: unknown) => void this.received.push(message),
    onMessage: (listener: (message: unknown) => void) => {
      this.say = listener;
    },
    onGone: (listener: () => void) => {
      this.vanish = listener;
    },
  };

  peer(state: 'up' | 'down', link?: number): void {
    this.say({ channel: 'control', payload: { type: 'peer', state, ...(link === undefined ? {} : { link }) } });
  }
}

let parent: FakeParent;
let clock: VirtualClock;
let exits: number[];
let faults: string[];
let channel: ParentChannel;

beforeEach(() => {
  parent = new FakeParent();
  clock = new VirtualClock();
  exits = [];
  faults = [];
  channel = parentChannel({
    transport: parent.transport,
    clock,
    exit: (code) => exits.push(code),
    onFault: (fault) => faults.push(fault),
  });
});

function collect(port: MessagePortLike): unknown[] {
  const messages: unknown[] = [];
  port.onMessage((message) => messages.push(message));
  port.onClose(() => messages.push('closed'));
  return messages;
}

describe('the port to the peer', () => {
  it('is there while the peer is up, and a fresh one each time', () => {
    const ports: MessagePortLike[] = [];
    channel.onPeer((port) => ports.push(port));
    expect(channel.channel('outbox')).toBeUndefined();
    parent.peer('up', 1);
    expect(channel.channel('outbox')).toBe(ports[0]);
    parent.peer('down');
    expect(channel.channel('outbox')).toBeUndefined();
    parent.peer('up', 2);
    expect(ports).toHaveLength(2);
    expect(ports[1]).not.toBe(ports[0]);
  });

  it('is handed to a listener that comes late', () => {
    parent.peer('up', 1);
    const ports: MessagePortLike[] = [];
    channel.onPeer((port) => ports.push(port));
    expect(ports).toEqual([channel.channel('outbox')]);
  });

  it('carries payloads both ways', () => {
    parent.peer('up', 3);
    const port = channel.channel('outbox')!;
    const messages = collect(port);
    port.post({ ask: 1 });
    parent.say({ channel: 'outbox', link: 3, payload: serialize({ answer: 1 }) });
    expect(parent.received).toEqual([{ channel: 'outbox', link: 3, payload: expect.any(Uint8Array) }]);
    const [sent] = parent.received as { payload: Uint8Array }[];
    expect(deserialize(sent!.payload)).toEqual({ ask: 1 });
    expect(messages).toEqual([{ answer: 1 }]);
  });

  it('keeps what arrives before its listener is set', () => {
    parent.peer('up', 1);
    parent.say({ channel: 'outbox', link: 1, payload: serialize('a') });
    parent.say({ channel: 'outbox', link: 1, payload: serialize('b') });
    expect(collect(channel.channel('outbox')!)).toEqual(['a', 'b']);
  });

  it('closes when the peer goes, and is silent from then on', () => {
    parent.peer('up', 1);
    const port = channel.channel('outbox')!;
    const messages = collect(port);
    parent.peer('down');
    port.post('lost');
    parent.say({ channel: 'outbox', link: 1, payload: serialize('late') });
    expect(messages).toEqual(['closed']);
    expect(parent.received).toEqual([]);
    expect(collect(port), 'a late listener is told at once').toEqual(['closed']);
  });

  it('takes nothing that belongs to another meeting', () => {
    parent.peer('up', 2);
    const messages = collect(channel.channel('outbox')!);
    parent.say({ channel: 'outbox', link: 1, payload: serialize('old') });
    expect(messages).toEqual([]);
  });
});

describe('the end', () => {
  it('waits for every stop listener, then leaves with code 0', async () => {
    const done = Promise.withResolvers<void>();
    channel.onStop(() => done.promise);
    channel.onStop(() => {});
    parent.say({ channel: 'control', payload: { type: 'stop' } });
    await settle();
    expect(exits).toEqual([]);
    done.resolve();
    await settle();
    expect(exits).toEqual([0]);
  });

  it('runs the listeners once, however often it is asked', async () => {
    let runs = 0;
    channel.onStop(() => {
      runs += 1;
    });
    parent.say({ channel: 'control', payload: { type: 'stop' } });
    parent.say({ channel: 'control', payload: { type: 'stop' } });
    parent.vanish();
    await settle();
    expect(runs).toBe(1);
  });

  it('leaves with code 1 and a word when a listener fails, after the others', async () => {
    let isOtherDone = false;
    channel.onStop(() => Promise.reject(new Error('disk full')));
    channel.onStop(() => {
      isOtherDone = true;
    });
    parent.say({ channel: 'control', payload: { type: 'stop' } });
    await settle();
    expect({ exits, isOtherDone }).toEqual({ exits: [1], isOtherDone: true });
    expect(faults[0]).toContain('disk full');
  });

  it('comes by itself when the parent is gone, within five seconds even if a listener hangs', async () => {
    parent.peer('up', 1);
    const messages = collect(channel.channel('outbox')!);
    channel.onStop(() => new Promise(() => {}));
    parent.say({ channel: 'control', payload: { type: 'stop' } });
    parent.vanish();
    expect(messages).toEqual(['closed']);
    await clock.advance(4_999);
    expect(exits).toEqual([]);
    await clock.advance(1);
    expect(exits).toEqual([1]);
  });
});

it.each([
  [undefined],
  [{ channel: 'control', payload: { type: 'peer', state: 'up' } }],
  [{ channel: 'control', payload: { type: 'peer', state: 'sideways' } }],
  [{ channel: 'outbox', link: '1', payload: serialize(1) }],
  [{ channel: 'outbox', link: 1, payload: { not: 'bytes' } }],
  [{ channel: 'outbox', link: 1, payload: Buffer.from('no structured clone') }],
])('a message outside of the contract is reported and ignored: %j', (message) => {
  parent.peer('up', 1);
  parent.say(message);
  expect(faults).toHaveLength(1);
  expect(exits).toEqual([]);
});

it('ready is said as the supervisor expects it', () => {
  channel.ready({ citizen: 'http://127.0.0.1:1/' });
  expect(parent.received).toEqual([
    { channel: 'control', payload: { type: 'ready', payload: { citizen: 'http://127.0.0.1:1/' } } },
  ]);
});
