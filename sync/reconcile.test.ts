import fc from 'fast-check';
import { v7 as uuidV7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GENESIS_HASH } from '../device/ledger/chain.ts';
import { VirtualClock } from '../device/testing/virtual-clock.ts';
import { DAY_MS } from '../device/time.ts';
import type { Manifest, ManifestOutcome } from './connectors/connector.ts';
import type { ManifestAnswer, ManifestPlan } from './device-port.ts';
import { highestHeld, shareOf, tidyRanges, turnOf } from './reconcile.ts';
import { missingRanges } from './reference-centre/missing-ranges.ts';
import { type Bench, SOME_CONNECTION, startBench } from './testing/bench-appliance.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';
import { ScriptedConnector } from './testing/scripted-connector.ts';

const MINUTE = 60_000;
const HASH = `sha256:${'a'.repeat(64)}`;
const PLAN: ManifestPlan = {
  receipt: 7,
  headSeq: 9,
  headHash: HASH,
  ranges: [{ fromSeq: 1, toSeq: 8, head: GENESIS_HASH, count: 8 }],
};

describe('the device’s own minute', () => {
  it('is spread evenly over a region', () => {
    const hours = Array.from({ length: 24 }, () => 0);
    for (let device = 0; device < 24_000; device++) hours[Math.floor(shareOf(uuidV7()) * 24)]! += 1;
    expect(Math.min(...hours)).toBeGreaterThan(800);
    expect(Math.max(...hours)).toBeLessThan(1200);
  });

  it('comes once in every day, whatever the device and the moment', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 0, max: DAY_MS }),
        (id, now, later) => {
          expect(turnOf(id, now + DAY_MS)).toBe(turnOf(id, now) + 1);
          expect(turnOf(id, now + later) - turnOf(id, now)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('what the centre misses', () => {
  const ranges = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })), { maxLength: 6 });

  it('is made tidy without adding or losing a number', () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 50 }), fc.nat(20), (given, from, width) => {
        const to = from + width;
        const tidy = tidyRanges(from, to, given);
        const within = (seq: number, list: readonly [number, number][]) => list.some(([a, b]) => a <= seq && seq <= b);
        for (let seq = 1; seq <= 80; seq++) {
          expect(within(seq, tidy)).toBe(seq >= from && seq <= to && within(seq, given));
        }
        tidy.forEach(([a, b], index) => {
          expect(a).toBeLessThanOrEqual(b);
          expect(a).toBeGreaterThan(tidy[index - 1]?.[1] ?? 0);
        });
      }),
    );
  });

  it('tells how far the centre’s records go, from the literal answer of the protocol', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 40 }), (held, from) => {
        const to = from + 100;
        const seqs = Array.from({ length: held }, (_none, index) => from + index);
        const highest = highestHeld(from, to, missingRanges(from, to, seqs));
        expect(highest).toBe(held === 0 ? null : from + held - 1);
      }),
    );
  });

  it.each<[string, [number, number][]]>([
    ['names nothing', []],
    ['stops before the end', [[10, 50]]],
    ['begins before the range', [[1, 109]]],
  ])('tells nothing where it %s', (_name, missing) => {
    expect(highestHeld(10, 109, missing)).toBe(null);
  });
});

let clock: VirtualClock;
let connector: ScriptedConnector;
let bench: Bench;
let answers: ManifestAnswer[];
let plan: ManifestPlan | null;
let more: boolean;
let proved: boolean[];

beforeEach(async () => {
  clock = new VirtualClock();
  connector = new ScriptedConnector(() => clock.monotonicMs());
  connector.answerManifest = ({ fromSeq, toSeq }) =>
    fromSeq > 9
      ? { kind: 'manifest', missing: [[fromSeq, toSeq]], headMatches: false }
      : { kind: 'manifest', missing: [], headMatches: true };
  answers = [];
  proved = [];
  plan = PLAN;
  more = false;
  const completeness = {
    provesDelivery: async (isProved: boolean) => void proved.push(isProved),
    plan: async () => plan,
    answer: async (answer: ManifestAnswer) => {
      answers.push(answer);
      return { more };
    },
  };
  bench = startBench({ clock, outbox: new MemoryOutbox(clock, []), family: connector, handlers: { completeness } });
  await clock.settle();
});

afterEach(async () => {
  const stopped = bench.agent.stop();
  await clock.advance(5_000);
  await stopped;
  expect(clock.timerCount).toBe(0);
});

/** Time with a tick a minute. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await clock.advance(MINUTE);
    bench.tick();
    await clock.settle();
  }
}

const asked = (): Manifest[] => connector.manifests.map(({ manifest }) => manifest);

describe('the agent', () => {
  it('tells whether this kind of centre proves what reached it, before anything is asked', async () => {
    expect(proved).toEqual([true]);
    connector.provesDelivery = false;
    bench.appliance.connectionChanged();
    await clock.settle();
    expect(proved).toEqual([true, false]);
  });

  it('asks soon after a start, not at once, for all that is delivered and for what lies beyond', async () => {
    await pass(1);
    expect(asked()).toEqual([]);
    await pass(10);
    expect(asked()).toEqual([PLAN.ranges[0], { fromSeq: 10, toSeq: 200_009, head: HASH, count: 200_000 }]);
    const ranges = [{ fromSeq: 1, toSeq: 8, missing: [], headMatches: true }];
    expect(answers).toEqual([{ receipt: 7, ranges, centreSeq: null }]);
  });

  it('then asks once a day, at its own minute', async () => {
    await pass(11);
    await pass(3 * 24 * 60);
    const times = connector.manifests.map(({ atMs }) => atMs).filter((_at, index) => index % 2 === 0);
    expect(times).toHaveLength(4);
    const [second = 0, third = 0, fourth = 0] = times.slice(1);
    expect([third - second, fourth - third]).toEqual([DAY_MS, DAY_MS]);
    const day = (clock.wallMs() - clock.monotonicMs() + second + 8 * 3_600_000) / DAY_MS;
    const late = (day - shareOf(SOME_CONNECTION.deviceId) + 1) % 1;
    expect(late * DAY_MS).toBeLessThanOrEqual(MINUTE);
  });

  it('takes the answer to another question for none, and asks again', async () => {
    const { answerManifest } = connector;
    // A cache gives what was said of the numbers beyond.
    connector.answerManifest = () => ({ kind: 'manifest', missing: [[10, 200_009]], headMatches: false });
    await pass(11);
    expect(asked().length).toBeGreaterThan(0);
    expect(answers).toEqual([]);
    connector.answerManifest = answerManifest;
    await pass(11);
    expect(answers).toMatchObject([{ ranges: [{ headMatches: true }], centreSeq: null }]);
  });

  it('passes on what is missing, and how far the centre’s own records go', async () => {
    connector.answerManifest = ({ fromSeq, toSeq }) =>
      fromSeq > 9
        ? { kind: 'manifest', missing: [[13, toSeq]], headMatches: false }
        : // In disorder, and more than was asked for.
          {
            kind: 'manifest',
            missing: [
              [6, 99],
              [2, 3],
              [3, 3],
            ],
            headMatches: false,
          };
    await pass(11);
    const missing = [
      [2, 3],
      [6, 8],
    ];
    expect(answers).toEqual([
      { receipt: 7, ranges: [{ fromSeq: 1, toSeq: 8, missing, headMatches: false }], centreSeq: 12 },
    ]);
  });

  it('takes the head for none of another history while the list of what is missing was cut short', async () => {
    const [range] = PLAN.ranges;
    plan = { ...PLAN, headSeq: 4_001, ranges: [{ ...range!, toSeq: 4_000, count: 4_000 }] };
    const missing = Array.from({ length: 1_001 }, (_none, index): [number, number] => [2 * index + 1, 2 * index + 1]);
    const cutShort = { kind: 'manifest' as const, missing, headMatches: false };
    connector.answerManifest = ({ fromSeq, toSeq }) =>
      fromSeq > 4_000 ? { ...cutShort, missing: [[fromSeq, toSeq]] } : cutShort;
    await pass(11);
    expect(answers).toMatchObject([{ ranges: [{ headMatches: true }] }]);
    expect(answers[0]?.ranges[0]?.missing).toHaveLength(1_000);
  });

  it('asks again when more waited than one answer could put back', async () => {
    more = true;
    await pass(11);
    expect(answers).toHaveLength(1);
    more = false;
    await pass(11);
    expect(answers).toHaveLength(2);
    await pass(60);
    expect(answers).toHaveLength(2);
  });

  it.each<[string, ManifestOutcome]>([
    ['down', { kind: 'down', detail: 'no route' }],
    ['a portal', { kind: 'not_the_centre', detail: 'a login page' }],
    ['busy', { kind: 'busy', detail: '429', retryAfterMs: null }],
  ])('%s: says nothing of records, rests longer and longer, and asks on', async (_name, outcome) => {
    const well = connector.answerManifest;
    connector.answerManifest = () => outcome;
    await pass(120);
    expect(answers).toEqual([]);
    expect(connector.manifests.length).toBeGreaterThan(5);
    expect(connector.manifests.length).toBeLessThan(40);
    connector.answerManifest = well;
    await pass(11);
    expect(answers).toHaveLength(1);
  });

  it('does not ask a centre that cannot be asked more than once a day', async () => {
    connector.answerManifest = () => ({ kind: 'unsupported', detail: 'this province has no such call' });
    await pass(12 * 60);
    expect(connector.manifests).toHaveLength(1);
    expect(answers).toEqual([]);
  });

  it('asks nothing while the device is not in service', async () => {
    plan = null;
    await pass(60);
    expect(asked()).toEqual([]);
  });

  it('stops sending where the centre disowns the device', async () => {
    connector.answerManifest = () => ({ kind: 'unauthorised', code: 'revoked', detail: 'revoked' });
    await pass(30);
    expect(connector.manifests).toHaveLength(1);
    expect(bench.links.at(-1)).toMatchObject({ state: 'refused' });
  });
});
