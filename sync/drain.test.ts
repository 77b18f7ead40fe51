import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutboxRecord } from '../device/ledger/outbox.ts';
import { VirtualClock } from '../device/testing/virtual-clock.ts';
import type { BatchOutcome } from './connectors/connector.ts';
import { type Bench, startBench } from './testing/bench-appliance.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';
import { someRecords } from './testing/records.ts';
import { ScriptedConnector, takeAll } from './testing/scripted-connector.ts';

/** The sending loop against a centre that takes its time, in virtual time. */

/** How long the centre works on a batch, and how many records it takes at once: the rate that is offered. */
const SLOT_MS = 1_000;
const PER_SLOT = 4;

let clock: VirtualClock;
let connector: ScriptedConnector;
let outbox: MemoryOutbox;
let bench: Bench;
let arrivedMs: Map<string, number>;

async function begin(perSlot = PER_SLOT): Promise<void> {
  clock = new VirtualClock(0);
  connector = new ScriptedConnector(() => clock.monotonicMs(), { records: perSlot, bytes: 1_000_000 });
  outbox = new MemoryOutbox(clock, []);
  arrivedMs = new Map();
  connector.send = async (records) => {
    await inSlot();
    for (const { id } of records) arrivedMs.set(id, clock.monotonicMs());
    return takeAll(records);
  };
  bench = startBench({ clock, outbox, family: connector });
  await clock.settle();
}

const inSlot = (): Promise<void> => new Promise((resolve) => void clock.setTimer(SLOT_MS, resolve));

function appendAt(atMs: number, records: readonly OutboxRecord[]): void {
  clock.setTimer(atMs, () => {
    outbox.add(records);
    bench.appliance.wake();
  });
}

/** What a centre that needs each visit first could not take: its visit is neither held, nor before it, nor refused. */
function ratingsTooEarly(records: readonly OutboxRecord[]): string[] {
  return records.flatMap(({ id, json }, index) => {
    const { kind, body } = JSON.parse(json) as { kind: string; body: { visitId: string } };
    const visit = outbox.rows.get(body.visitId)?.state;
    const isBefore = records.slice(0, index).some((other) => other.id === body.visitId);
    return kind === 'visit' || isBefore || visit === 'delivered' || visit === 'refused' ? [] : [id];
  });
}

/** A centre's answer in some mood. @param take stores the batch and says so */
async function answerIn(
  mood: string,
  records: readonly OutboxRecord[],
  take: () => Promise<BatchOutcome> | BatchOutcome,
): Promise<BatchOutcome> {
  const none = { kind: 'settled', receipt: null, delivered: [], deferred: [], refused: [] } as const;
  if (mood === 'down') return { kind: 'down', detail: '' };
  if (mood === 'halves') return { kind: 'malformed', detail: '' };
  const deferred = records.map(({ id }) => ({ id, code: 'later', retryAfterMs: 45_000 }));
  if (mood === 'defers') return { ...none, delivered: [], deferred, refused: [] };
  const refused = records.map(({ id }) => ({ id, code: 'no', message: '' }));
  if (mood === 'refuses') return { ...none, delivered: [], deferred: [], refused: refused.slice(0, 1) };
  const outcome = await take();
  return mood === 'loses' ? { kind: 'down', detail: 'no answer' } : outcome;
}

async function end(): Promise<void> {
  const stopped = bench.agent.stop();
  await clock.advance(5_000);
  await stopped;
  expect(outbox.in('leased')).toEqual([]);
}

describe('the order of sending', () => {
  const SLOTS = 12;
  /** A record is appended `early` slots before some order sends it, and due `late` slots after that. */
  const job = fc.record({ early: fc.nat(8), late: fc.oneof(fc.constant(0), fc.nat(12)) });
  /** Every slot full, and then some left out: that order meets every date by construction. */
  const jobs = fc.array(fc.option(job, { freq: 8 }), { minLength: SLOTS * PER_SLOT, maxLength: SLOTS * PER_SLOT });

  it('meets every date that some order meets, but for one batch that is on its way', async () => {
    const model = someRecords(SLOTS * PER_SLOT);
    await fc.assert(
      fc.asyncProperty(jobs, async (wanted) => {
        await begin();
        const dated = wanted.flatMap((one, index) => {
          const slot = Math.floor(index / PER_SLOT);
          // A batch was claimed just before: what is appended then waits for the next.
          return one === null
            ? []
            : [{ atMs: Math.max(0, slot - one.early) * SLOT_MS, dueAt: (slot + 2 + one.late) * SLOT_MS }];
        });
        // Numbered as they are appended, as a ledger does.
        dated.sort((a, b) => a.atMs - b.atMs || b.dueAt - a.dueAt);
        const due = new Map(dated.map(({ dueAt }, index) => [model[index]!.id, dueAt]));
        for (const [index, { atMs, dueAt }] of dated.entries()) appendAt(atMs, [{ ...model[index]!, dueAt }]);
        await clock.advance(2 * SLOTS * SLOT_MS);
        const late = [...due].filter(([id, dueAt]) => (arrivedMs.get(id) ?? Number.POSITIVE_INFINITY) > dueAt);
        await end();
        expect(late).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  /** Places for a visit and its rating; the visit takes the earlier one. */
  const places = fc.shuffledSubarray([...Array(SLOTS * PER_SLOT).keys()], {
    minLength: SLOTS * PER_SLOT,
    maxLength: SLOTS * PER_SLOT,
  });
  const pairs = fc.tuple(places, fc.array(job, { minLength: SLOTS * PER_SLOT, maxLength: SLOTS * PER_SLOT }));

  it('meets every date that some order with each visit before its rating meets, where the centre needs that', async () => {
    const model = someRecords(SLOTS * PER_SLOT);
    await fc.assert(
      fc.asyncProperty(pairs, fc.nat(SLOTS * PER_SLOT), async ([order, jobs], left) => {
        await begin();
        connector.needsVisitFirst = true;
        const due = new Map<string, number>();
        const early: string[] = [];
        const take = connector.send;
        connector.send = async (records, signal) => {
          early.push(...ratingsTooEarly(records));
          return take(records, signal);
        };
        for (let pair = 0; pair + 1 < Math.max(2, left); pair += 2) {
          const slots = [order[pair]!, order[pair + 1]!].sort((a, b) => a - b).map((at) => Math.floor(at / PER_SLOT));
          // One batch was claimed just before, and the one before that may have left without being full.
          // Both at once: what a visit's rating will be, and that it will be urgent, nobody can know before it is there.
          const atMs = Math.max(0, slots[0]! - jobs[pair]!.early) * SLOT_MS;
          const dated = slots.map((slot, of) => {
            const record = { ...model[pair + of]!, dueAt: (slot + 3 + jobs[pair + of]!.late) * SLOT_MS };
            due.set(record.id, record.dueAt);
            return record;
          });
          appendAt(atMs, dated);
        }
        await clock.advance(2 * SLOTS * SLOT_MS);
        const late = [...due].filter(([id, dueAt]) => (arrivedMs.get(id) ?? Number.POSITIVE_INFINITY) > dueAt);
        await end();
        expect({ late, early }).toEqual({ late: [], early: [] });
      }),
      { numRuns: 80 },
    );
  });

  it('sends no rating before its visit through refusals, deferrals, failures and lost answers, and sends every one', async () => {
    const answers = fc.array(fc.constantFrom('well', 'well', 'down', 'defers', 'refuses', 'halves', 'loses'), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(answers, fc.array(fc.nat(500), { minLength: 40, maxLength: 40 }), async (moods, dates) => {
        await begin();
        connector.needsVisitFirst = true;
        const early: string[] = [];
        const take = connector.send;
        let sending = 0;
        connector.send = async (records, signal) => {
          early.push(...ratingsTooEarly(records));
          return answerIn(moods[sending++] ?? 'well', records, () => take(records, signal));
        };
        appendAt(
          0,
          someRecords(40, (seq) => dates[seq - 1]! * SLOT_MS),
        );
        for (let hour = 0; hour < 24; hour++) {
          await clock.advance(3_600_000);
          bench.tick();
        }
        expect(early).toEqual([]);
        expect(outbox.in('delivered').length + outbox.in('refused').length).toBe(40);
        await end();
      }),
      { numRuns: 40 },
    );
  });

  it('sends the rating as soon as its visit is settled, however long the disk takes for that', async () => {
    await begin(1);
    connector.needsVisitFirst = true;
    const settle = outbox.settle.bind(outbox);
    outbox.settle = async (settlement) => {
      await inSlot();
      await settle(settlement);
    };
    appendAt(
      0,
      someRecords(2, (seq) => 1e9 - seq),
    );
    await clock.advance(3 * SLOT_MS);
    const [visit, rating] = [...outbox.rows.keys()];
    expect(connector.batches).toEqual([
      { atMs: 0, ids: [visit] },
      { atMs: 2 * SLOT_MS, ids: [rating] },
    ]);
    await clock.advance(3 * SLOT_MS);
    await end();
  });

  it('is not upset by a burst of fresh records: the old one goes in its turn', async () => {
    await begin();
    const [old, ...fresh] = someRecords(100, (seq) => (seq === 1 ? 20 * SLOT_MS : 30 * SLOT_MS));
    appendAt(0, fresh.slice(0, 50));
    appendAt(3 * SLOT_MS, [old!]);
    appendAt(4 * SLOT_MS, fresh.slice(50));
    await clock.advance(10 * SLOT_MS);
    expect(arrivedMs.get(old!.id)).toBeLessThanOrEqual(20 * SLOT_MS);
    await end();
  });

  it('leaves the line to the living, however many dead records have the earliest dates', async () => {
    await begin();
    const records = someRecords(140, (seq) => (seq <= 40 ? 1 : 1e9 + seq));
    const dead = new Set(records.slice(0, 40).map(({ id }) => id));
    let sendings = 0;
    const take = connector.send;
    connector.send = async (batch, signal) => {
      await take(batch, signal);
      const living = batch.filter(({ id }) => !dead.has(id));
      const put = batch.filter(({ id }) => dead.has(id));
      sendings += put.length;
      const deferred = put.map(({ id }) => ({ id, code: 'visit_unknown', retryAfterMs: 1_000 }));
      return living.length === 0
        ? { kind: 'settled', receipt: null, delivered: [], deferred, refused: [] }
        : { ...takeAll(living), deferred };
    };
    appendAt(0, records);
    // 25 slots for the living, and twice ten for the first two looks at the dead.
    await clock.advance(50 * SLOT_MS);
    expect(outbox.in('delivered')).toHaveLength(100);
    await clock.advance(3_600 * SLOT_MS);
    expect(sendings / dead.size).toBeLessThan(140);
    await end();
  });
});

describe('a backlog', () => {
  beforeEach(() => begin(10));
  afterEach(end);

  it('is claimed once for each batch, and nothing is asked after the last one until something comes', async () => {
    let claims = 0;
    const claim = outbox.claim.bind(outbox);
    outbox.claim = (request) => {
      claims++;
      return claim(request);
    };
    const [late, ...records] = someRecords(26);
    appendAt(0, records);
    await clock.advance(10 * SLOT_MS);
    expect(outbox.isDelivered).toBe(true);
    expect(claims).toBe(3);
    appendAt(0, [late!]);
    await clock.advance(10 * SLOT_MS);
    expect(outbox.isDelivered).toBe(true);
    expect(claims).toBe(4);
  });

  it('keeps the wire busy: the next batch is there when the answer comes', async () => {
    let settling = 0;
    const settle = outbox.settle.bind(outbox);
    outbox.settle = async (settlement) => {
      // Half a slot of disk for each batch.
      await new Promise<void>((resolve) => void clock.setTimer(SLOT_MS / 2, resolve));
      settling++;
      await settle(settlement);
    };
    appendAt(0, someRecords(100));
    await clock.advance(10 * SLOT_MS);
    expect(connector.batches.map(({ atMs }) => atMs)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => n * SLOT_MS));
    await clock.advance(SLOT_MS);
    expect(settling).toBe(10);
    expect(outbox.isDelivered).toBe(true);
    expect([...outbox.rows.values()].every(({ deliveries }) => deliveries === 1)).toBe(true);
  });

  it('makes the next batch ready while one is on the wire, and a first one not', async () => {
    appendAt(0, someRecords(30));
    await clock.advance(SLOT_MS - 1);
    expect(connector.batches).toHaveLength(1);
    expect(connector.prepared).toHaveLength(1);
    await clock.advance(3 * SLOT_MS);
    const sent = connector.batches.map(({ ids }) => ids);
    expect(sent).toHaveLength(3);
    expect(connector.prepared).toEqual(sent.slice(1));
  });

  it('gives the batch in waiting back when the one before it fails, and sends each record once the line is well', async () => {
    const take = connector.send;
    connector.send = async () => {
      await inSlot();
      return { kind: 'down', detail: 'no route' };
    };
    appendAt(0, someRecords(60));
    await clock.advance(SLOT_MS + 1);
    expect(connector.batches).toHaveLength(1);
    expect(outbox.in('leased')).toEqual([]);
    connector.send = take;
    await clock.advance(60 * SLOT_MS);
    expect(outbox.isDelivered).toBe(true);
    const sent = connector.batches.slice(1).flatMap(({ ids }) => ids);
    expect(new Set(sent).size).toBe(sent.length);
  });

  it('sends again what could not be settled while the next was under way', async () => {
    const settle = outbox.settle.bind(outbox);
    outbox.settle = async () => {
      outbox.settle = settle;
      throw new Error('disk full');
    };
    appendAt(0, someRecords(40));
    await clock.advance(20 * SLOT_MS);
    expect(outbox.isDelivered).toBe(true);
  });

  it('when nothing can be settled for an hour then the same records are not sent in a storm', async () => {
    outbox.settle = async () => {
      throw new Error('disk full');
    };
    appendAt(0, someRecords(7));
    await clock.advance(3_600_000);
    // Doubling rests up to some minutes; a rest of two seconds for ever would be 1,200 and more.
    expect(connector.batches.length).toBeLessThan(100);
    expect(outbox.in('pending').length + outbox.in('leased').length).toBe(7);
  });

  it('stops at once when it is disowned, the batch in waiting included', async () => {
    connector.send = async () => {
      await inSlot();
      return { kind: 'unauthorised', code: 'revoked', detail: 'revoked' };
    };
    appendAt(0, someRecords(60));
    await clock.advance(60 * SLOT_MS);
    expect(connector.batches).toHaveLength(1);
    expect(outbox.in('pending')).toHaveLength(60);
  });
});
