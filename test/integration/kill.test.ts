import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { HeldRecord, StandingRating } from '../support/centre-inspection.ts';
import {
  type DemoProcess,
  endAllDemos,
  newDataDir,
  type Pids,
  runCommand,
  startDemoProcess,
} from '../support/demo-process.ts';
import { chooseSeed, type Random, seededRandom } from '../support/random.ts';
import { type Said, type Story, Tapper } from '../support/tapper.ts';
import { eventually } from '../support/visits.ts';

/** Two devices at once, one per core of a small machine: what matters is the sum. */
const DEVICES = 2;
const INSTANTS_PER_DEVICE = 105;
const RESTART_DELAY_MS = 20;
const LIMIT_MS = 900_000;
/** Of the processes' logs, shown where the test fails. */
const LOG_TAIL = 4_000;
/** A device that comes up on a busy machine, and the thanks of the visit before, take less. */
const MOMENT_LIMIT_MS = 20_000;

const seed = chooseSeed();
const environment = { PINGJIAQI_RESTART_DELAYS_MS: String(RESTART_DELAY_MS) };

afterAll(() => endAllDemos());

type Victims = ('appliance' | 'agent')[];
const VICTIMS: readonly Victims[] = [['appliance'], ['appliance'], ['agent'], ['appliance', 'agent']];

/** Strikes at random instants: while something is being done, while a process comes up, or just some time. */
class Killer {
  readonly #demo: DemoProcess;
  readonly #random: Random;
  #isStopped = false;
  #isMoment: () => void = () => undefined;
  instants = 0;
  kills = 0;

  constructor(demo: DemoProcess, random: Random) {
    this.#demo = demo;
    this.#random = random;
  }

  moment(): void {
    this.#isMoment();
  }

  async work(instants: number): Promise<void> {
    while (this.instants < instants) {
      await this.#instant();
      if (this.#isStopped) return;
      await this.#strike(this.#random.pick(VICTIMS));
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #instant(): Promise<void> {
    if (this.#random.chance(0.25)) {
      await delay(this.#random.below(1_500));
      return;
    }
    const moment = new Promise<void>((resolve) => {
      this.#isMoment = resolve;
    });
    await Promise.race([moment, delay(MOMENT_LIMIT_MS)]);
    await delay(this.#random.below(30));
  }

  async #strike(victims: Victims): Promise<void> {
    const before: Pids = this.#demo.pids();
    for (const name of victims) this.#demo.kill(name);
    this.instants += 1;
    this.kills += victims.length;
    await eventually(() => {
      for (const name of victims) expect(this.#demo.pids()[name]).not.toBe(before[name]);
    });
  }
}

interface Held {
  records: HeldRecord[];
  ratings: StandingRating[];
}

interface Outcome {
  stories: Story[];
  held: Held;
  headSeq: number;
  verified: { code: number | null; out: string };
  kills: number;
  instants: number;
}

async function runDevice(index: number): Promise<Outcome> {
  const dataDir = newDataDir();
  try {
    return await runDeviceIn(dataDir, seed + index);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function runDeviceIn(dataDir: string, ownSeed: number): Promise<Outcome> {
  const demo = await startDemoProcess({ dataDir, env: environment });
  const killer = new Killer(demo, seededRandom(ownSeed));
  const tapper = new Tapper({ demo, random: seededRandom(-ownSeed), onMoment: () => killer.moment() });
  try {
    await strikeWhileTapping(killer, tapper);
    const { headSeq, held } = await allDelivered(demo);
    expect(await demo.stop()).toMatchObject({ code: 0 });
    const verified = await runCommand(['verify', '--data', dataDir]);
    const { instants, kills } = killer;
    return { stories: tapper.stories, held, headSeq, verified, kills, instants };
  } catch (error) {
    throw new Error(`after ${killer.instants} instants; the processes said last:\n${demo.log().slice(-LOG_TAIL)}`, {
      cause: error,
    });
  }
}

async function strikeWhileTapping(killer: Killer, tapper: Tapper): Promise<void> {
  let isOver = false;
  const tapping = tapper.work(() => isOver);
  try {
    // A tapper that fails must end the test at once, not after all the kills.
    await Promise.race([killer.work(INSTANTS_PER_DEVICE), tapping]);
  } finally {
    isOver = true;
    killer.stop();
  }
  await tapping;
}

async function allDelivered(demo: DemoProcess): Promise<{ headSeq: number; held: Held }> {
  const records: HeldRecord[] = [];
  let headSeq = 0;
  await eventually(async () => {
    const { seq, pending, deferred, refused } = (await demo.status()).ledger;
    expect({ pending, deferred, refused }).toEqual({ pending: 0, deferred: 0, refused: 0 });
    records.splice(0, Number.POSITIVE_INFINITY, ...(await demo.centre.records()));
    headSeq = seq;
    expect(records.length).toBeGreaterThanOrEqual(seq);
  }, 120_000);
  return { headSeq, held: { records, ratings: await demo.centre.ratings() } };
}

/** What the visit's end must be, by what was seen of it. */
function checkStory(story: Story, { records, ratings }: Held): void {
  const standing = ratings.filter((one) => one.visitId === story.visitId);
  const ends = records.filter(({ record }) => record.kind === 'not_rated' && record.body.visitId === story.visitId);
  const told = `${story.caseNo}: ${JSON.stringify({ story, standing, ends: ends.map(({ record }) => record.body) })}`;
  expect(standing.length + ends.length, `exactly one end. ${told}`).toBe(1);
  const [rating] = standing;
  if (story.seen !== null || story.thanked) expect(rating, `thanked or told "kept". ${told}`).toBeDefined();
  if (rating === undefined) return;
  expect(story.given, `a grade that nobody gave. ${told}`).toContain(rating.level);
  const possible = story.isExact ? [story.seen] : [story.seen, ...story.open];
  const words = ({ level, tags, comment }: Said) => ({ level, tags: [...tags].sort(), comment });
  const stands = words({ level: rating.level, tags: rating.tags, comment: rating.comment ?? '' } as Said);
  expect(
    possible.filter((said) => said !== null).map(words),
    `what was seen last, or given after it. ${told}`,
  ).toContainEqual(stands);
}

/** The revisions of each visit: 1, 2 … in order, each naming the one before. */
function checkRevisions(records: HeldRecord[]): void {
  const lastOf = new Map<string, { id: string; revision: number }>();
  for (const { record } of records.toSorted((a, b) => a.seq - b.seq)) {
    if (record.kind !== 'rating') continue;
    const { visitId, revision, supersedes } = record.body;
    const last = lastOf.get(visitId);
    expect({ revision, supersedes }).toEqual({ revision: (last?.revision ?? 0) + 1, supersedes: last?.id ?? null });
    lastOf.set(visitId, { id: record.id, revision });
  }
}

function checkRecords({ stories, held, headSeq }: Outcome): void {
  const { records } = held;
  expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
  const seqs = records.map(({ seq }) => seq).sort((a, b) => a - b);
  expect(seqs).toEqual(Array.from({ length: headSeq }, (_none, index) => index + 1));
  const opened = records.flatMap(({ record }) => (record.kind === 'visit' ? [record.body.visitId] : []));
  expect(opened.sort()).toEqual(stories.map(({ visitId }) => visitId).sort());
  checkRevisions(records);
}

describe('appliance and agent killed at random instants while citizens rate', () => {
  it(
    'when a rating was seen as kept then it stands at the centre once, and the chain is whole',
    async () => {
      console.log(`kill test: PINGJIAQI_SEED=${seed} repeats the choices of this run`);
      const startedAt = performance.now();
      const outcomes = await Promise.all(Array.from({ length: DEVICES }, (_none, index) => runDevice(index)));
      for (const outcome of outcomes) {
        for (const story of outcome.stories) checkStory(story, outcome.held);
        checkRecords(outcome);
        expect(outcome.verified, outcome.verified.out).toMatchObject({ code: 0 });
      }
      const sum = (of: (outcome: Outcome) => number) => outcomes.map(of).reduce((a, b) => a + b, 0);
      console.log(
        `kill test: ${sum((one) => one.instants)} instants, ${sum((one) => one.kills)} processes killed, ` +
          `${sum((one) => one.stories.length)} visits, ${sum((one) => one.held.ratings.length)} ratings, ` +
          `${sum((one) => one.headSeq)} records, ${Math.round((performance.now() - startedAt) / 1000)} s`,
      );
      expect(sum((one) => one.instants)).toBeGreaterThanOrEqual(200);
      expect(sum((one) => one.held.ratings.length)).toBeGreaterThan(20);
    },
    LIMIT_MS,
  );
});
