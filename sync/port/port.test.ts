import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CodedError } from '../../device/errors.ts';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { SyncError } from '../errors.ts';
import { MemoryOutbox } from '../testing/memory-outbox.ts';
import { someRecords } from '../testing/records.ts';
import { leaseOutbox } from './leases.ts';
import { type PairedPort, portPair } from './message-port.ts';
import { createRpc, type PortFault, type Rpc } from './rpc.ts';

const ask = {
  calls: { double: { request: z.strictObject({ n: z.number() }), reply: z.number(), timeLimitMs: 1000 } },
  notes: { hello: z.string() },
};
const nothing = { calls: {}, notes: {} };

class TestError extends CodedError<'too_odd'> {}

let clock: VirtualClock;
let near: PairedPort;
let far: PairedPort;
let caller: Rpc<typeof ask>;
let faults: PortFault[];
let heard: string[];
let double: (n: number) => Promise<number>;

beforeEach(() => {
  clock = new VirtualClock();
  [near, far] = portPair();
  faults = [];
  heard = [];
  double = async (n) => n * 2;
  const report = (fault: PortFault): void => void faults.push(fault);
  const none = { calls: {}, notes: {} };
  caller = createRpc({ port: near, outgoing: ask, incoming: nothing, handlers: none, clock, report });
  const notes = {
    hello: (text: string) => {
      if (text === 'throw') throw new Error('a defect');
      heard.push(text);
    },
  };
  const handlers = { calls: { double: ({ n }: { n: number }) => double(n) }, notes };
  createRpc({ port: far, outgoing: nothing, incoming: ask, handlers, clock, report });
});

describe('a call', () => {
  it('is answered, also when answers come in another order', async () => {
    double = async (n) => {
      if (n === 1) await clock.settle();
      return n * 2;
    };
    const answers = [caller.call('double', { n: 1 }), caller.call('double', { n: 2 })];
    expect(await Promise.all(answers)).toEqual([2, 4]);
  });

  it('carries a coded error over as plain data', async () => {
    double = async () => {
      throw new TestError('too_odd', 'is odd', { next: 'refuse', hint: 'send an even one' });
    };
    const error = await caller.call('double', { n: 1 }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'too_odd', message: 'is odd', next: 'refuse', hint: 'send an even one' });
  });

  it('carries any other error over without its stack', async () => {
    double = async () => {
      throw new Error('a defect');
    };
    await expect(caller.call('double', { n: 1 })).rejects.toMatchObject({ code: 'call_failed', message: 'a defect' });
    expect(faults).toMatchObject([{ kind: 'handler_failed' }]);
  });

  it('with a wrong request is refused by the other side', async () => {
    const wrong = caller.call('double', { n: 'x' } as unknown as { n: number });
    await expect(wrong).rejects.toMatchObject({ code: 'request_malformed', next: 'refuse' });
  });

  it('with a wrong reply is refused by the caller', async () => {
    double = async () => 'x' as unknown as number;
    await expect(caller.call('double', { n: 1 })).rejects.toMatchObject({ code: 'reply_malformed' });
  });

  it('ends after its time limit, and a late answer is reported, not thrown', async () => {
    double = (n) => new Promise((resolve) => clock.setTimer(1500, () => resolve(n)));
    const late = caller.call('double', { n: 1 }).catch((e: unknown) => e);
    await clock.advance(1000);
    expect(await late).toMatchObject({ code: 'call_timed_out' });
    await clock.advance(1000);
    expect(faults).toMatchObject([{ kind: 'unexpected_reply' }]);
  });

  it('ends when the port closes, and one made later at once', async () => {
    double = () => new Promise(() => undefined);
    const open = caller.call('double', { n: 1 }).catch((e: unknown) => e);
    far.cut();
    expect(await open).toMatchObject({ code: 'port_closed' });
    await expect(caller.call('double', { n: 1 })).rejects.toBeInstanceOf(SyncError);
    expect(clock.timerCount).toBe(0);
  });
});

describe('a message that is none of the contract', () => {
  it.each<[unknown, PortFault['kind']]>([
    [null, 'malformed_message'],
    ['text', 'malformed_message'],
    [[], 'malformed_message'],
    [{ type: 'other' }, 'malformed_message'],
    [{ type: 'call', id: 0, name: 'double', body: {} }, 'malformed_message'],
    [{ type: 'call', id: 1, name: 'double' }, 'malformed_message'],
    [{ type: 'call', id: 1, name: 'double', body: {}, extra: 1 }, 'malformed_message'],
    [{ type: 'call', id: 1, name: 'triple', body: {} }, 'handler_failed'],
    [{ type: 'call', id: 1, name: 'toString', body: {} }, 'handler_failed'],
    [{ type: 'call', id: 1, name: '__proto__', body: {} }, 'handler_failed'],
    [{ type: 'reply', id: 77, body: 1 }, 'unexpected_reply'],
    [{ type: 'error', id: 77, error: { code: 'x', message: '', next: 'retry', hint: '' } }, 'unexpected_reply'],
    [{ type: 'error', id: 1, error: { code: 'x', message: '', next: 'explode', hint: '' } }, 'malformed_message'],
    [{ type: 'note', name: 'bye', body: null }, 'unknown_message'],
    [{ type: 'note', name: 'constructor', body: null }, 'unknown_message'],
    [{ type: 'note', name: 'hello', body: 7 }, 'malformed_message'],
    [{ type: 'note', name: 'hello', body: 'throw' }, 'handler_failed'],
  ])('%j is reported', async (message, kind) => {
    near.post(message);
    await clock.settle();
    expect(faults.map((fault) => fault.kind)).toContain(kind);
    caller.note('hello', 'still there');
    expect(await caller.call('double', { n: 4 })).toBe(8);
    expect(heard).toEqual(['still there']);
  });
});

describe('leases of one agent', () => {
  const claim = { limit: 2, maxBytes: 100_000, holding: [] };

  it('end with the port, a claim under way included', async () => {
    const outbox = new MemoryOutbox(clock, someRecords(4));
    const raw = outbox.claim.bind(outbox);
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    outbox.claim = async (request) => {
      const batch = await raw(request);
      reached.resolve();
      await gate.promise;
      return batch;
    };
    const leased = leaseOutbox(outbox);
    const batch = leased.claim(claim);
    await reached.promise;
    const closed = leased.close();
    gate.resolve();
    await closed;
    expect(await batch).not.toBeNull();
    expect(outbox.in('leased')).toEqual([]);
    expect(await leased.claim(claim)).toBeNull();
  });

  it('end with the next claim: its holder has forgotten the first', async () => {
    const outbox = new MemoryOutbox(clock, someRecords(4));
    const leased = leaseOutbox(outbox);
    const first = await leased.claim(claim);
    const second = await leased.claim(claim);
    expect(second?.records).toEqual(first?.records);
    expect(outbox.in('leased')).toHaveLength(2);
  });

  it('stand side by side while their holder works on both', async () => {
    const outbox = new MemoryOutbox(clock, someRecords(5));
    const leased = leaseOutbox(outbox);
    const first = await leased.claim(claim);
    const second = await leased.claim({ ...claim, holding: [first!.leaseId] });
    const seqs = [first, second].map((batch) => batch?.records.map(({ seq }) => seq));
    expect(seqs).toEqual([
      [1, 2],
      [3, 4],
    ]);
    // The agent lost the second one's reply: it names the first alone, and gets the second again.
    const again = await leased.claim({ ...claim, holding: [first!.leaseId] });
    expect(again?.records).toEqual(second?.records);
    await leased.close();
    expect(outbox.in('leased')).toEqual([]);
  });

  it('are settled before a later claim looks, however slow the settling is', async () => {
    const outbox = new MemoryOutbox(clock, someRecords(2));
    const settle = outbox.settle.bind(outbox);
    outbox.settle = async (settlement) => {
      await clock.settle();
      await settle(settlement);
    };
    const leased = leaseOutbox(outbox);
    const batch = await leased.claim(claim);
    const refused = batch!.records.map(({ id }) => ({ id, code: 'c', message: '' }));
    void leased.settle({ leaseId: batch!.leaseId, receipt: null, delivered: [], deferred: [], refused });
    expect(await leased.claim(claim)).toBeNull();
    expect(outbox.in('refused')).toHaveLength(2);
  });

  it('stay known after a settling that failed, and end with the port then', async () => {
    const outbox = new MemoryOutbox(clock, someRecords(2));
    outbox.settle = async () => {
      throw new Error('disk full');
    };
    const leased = leaseOutbox(outbox);
    const batch = await leased.claim(claim);
    const nothingSettled = { leaseId: batch!.leaseId, receipt: null, delivered: [], deferred: [], refused: [] };
    await expect(leased.settle(nothingSettled)).rejects.toThrow('disk full');
    await leased.close();
    expect(outbox.in('pending')).toHaveLength(2);
  });
});
