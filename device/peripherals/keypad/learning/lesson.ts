import { LEVELS, type Level } from '../../../ledger/record.ts';
import { beginsWith } from '../framing/framing-schema.ts';

/** Bytes without a pause in between. */
export type Run = readonly number[];

/**
 * The second time the keys are asked for in another order: a release that was taken for the next key, or a key pressed
 * twice, would else give the same shifted answers again.
 */
const ROUNDS: readonly (readonly Level[])[] = [
  [5, 4, 3, 2, 1],
  [3, 1, 4, 2, 5],
];
const LONGEST_RUN = 64;
/** Kinds of run that a box may send of its own accord; one that has more is not understood. */
const MOST_NOISES = 8;
const MOST_RELEASES = 8;
const MOST_MISSES = 3;

/**
 * What was wrong with the newest press; the same key is asked for again.
 * - `taken`: another key sent the same
 * - `own_noise`: it is what the box sends without being touched
 * - `not_the_same`: the same key sent something else the first time
 * - `too_long`: more than 64 bytes
 */
export type LessonNote = 'taken' | 'own_noise' | 'not_the_same' | 'too_long';

/**
 * Why nothing could be learned.
 * - `noisy`: untouched, the box sends ever new things
 * - `unstable`: a key does not send the same twice
 * - `overlapping`: what one key sends is the beginning of another's, or what another sends on release
 * - `no_keys`: none of the five is there
 */
export type LessonFault = 'noisy' | 'unstable' | 'overlapping' | 'no_keys';

export interface Learned {
  keys: readonly { level: Level; run: Run }[];
  /** What the box sends besides, to be passed over. */
  ignore: readonly Run[];
}

export type LessonState =
  | { step: 'listening' }
  | { step: 'asking'; level: Level; round: 1 | 2; note: LessonNote | null }
  | { step: 'learned'; learned: Learned }
  | { step: 'failed'; fault: LessonFault };

/**
 * Learning an unknown box: listen to it untouched, then let each key be pressed when asked, all of them twice. Pure;
 * what is one run and one press is the caller's clock to say.
 */
export class Lesson {
  state: LessonState = { step: 'listening' };
  readonly #noises: Run[] = [];
  readonly #keys = new Map<Level, Run>();
  readonly #releases: { level: Level; run: Run }[] = [];
  readonly #absent = new Set<Level>();
  #round = 0;
  #turn = 0;
  #misses = 0;

  /** Something that the box sent untouched. */
  heard(run: Run): void {
    if (this.state.step !== 'listening' || this.isNoise(run)) return;
    this.#noises.push(unitOf(run));
    if (this.#noises.length > MOST_NOISES || run.length > LONGEST_RUN) this.#fail('noisy');
  }

  /** The time of listening is over. */
  listened(): void {
    if (this.state.step === 'listening') this.#ask();
  }

  isNoise(run: Run): boolean {
    const unit = unitOf(run);
    return this.#noises.some((noise) => isSame(noise, unit));
  }

  /** One press: what came from the first byte until the box was long silent, the key's release included. */
  press(runs: readonly Run[]): void {
    if (this.state.step !== 'asking') return;
    const [run, ...releases] = runs.map((one) => this.#withoutNoise(unitOf(one))).filter(({ length }) => length > 0);
    if (run === undefined) this.#askAgain('own_noise');
    else if (run.length > LONGEST_RUN) this.#askAgain('too_long');
    else if (this.state.round === 1) this.#first(this.state.level, run, releases);
    else this.#second(this.state.level, run);
  }

  /** The box has no key for the level that is asked for. */
  absent(): void {
    if (this.state.step !== 'asking') return;
    this.#absent.add(this.state.level);
    this.#keys.delete(this.state.level);
    this.#next();
  }

  #first(level: Level, run: Run, releases: readonly Run[]): void {
    if ([...this.#keys.values()].some((other) => isSame(other, run))) {
      this.#askAgain('taken');
      return;
    }
    this.#keys.set(level, run);
    for (const release of releases.slice(0, MOST_RELEASES)) this.#releases.push({ level, run: release });
    this.#next();
  }

  #second(level: Level, run: Run): void {
    const isTheSame = isSame(this.#keys.get(level) ?? [], run);
    if (!isTheSame) this.#misses += 1;
    if (isTheSame) this.#next();
    else if (this.#misses >= MOST_MISSES) this.#fail('unstable');
    else this.#askAgain('not_the_same');
  }

  #next(): void {
    this.#turn += 1;
    this.#ask();
  }

  #ask(): void {
    const level = ROUNDS[this.#round]?.[this.#turn];
    if (level === undefined) this.#endRound();
    else if (this.#absent.has(level)) this.#next();
    else this.state = { step: 'asking', level, round: this.#round === 0 ? 1 : 2, note: null };
  }

  #endRound(): void {
    const fault = this.#faultOfKeys();
    this.#round += 1;
    this.#turn = 0;
    if (fault !== null) this.#fail(fault);
    else if (this.#round < ROUNDS.length) this.#ask();
    else this.state = { step: 'learned', learned: this.#learned() };
  }

  #learned(): Learned {
    const keys = LEVELS.flatMap((level) => {
      const run = this.#keys.get(level);
      return run === undefined ? [] : [{ level, run }];
    });
    const ignore: Run[] = [];
    for (const run of [...this.#noises, ...this.#releases.map(({ run: release }) => release)]) {
      const isKnown = [...ignore, ...this.#keys.values()].some((other) => isSame(other, run));
      if (!isKnown) ignore.push(run);
    }
    return { keys, ignore };
  }

  #faultOfKeys(): LessonFault | null {
    if (this.#keys.size === 0) return 'no_keys';
    const strange = this.#releases.some(({ level, run }) =>
      [...this.#keys].some(([other, key]) => other !== level && isSame(key, run)),
    );
    const { keys, ignore } = this.#learned();
    const runs = [...keys.map(({ run }) => run), ...ignore];
    const begins = runs.some((run, at) => runs.some((other, index) => index !== at && beginsWith(other, run)));
    return strange || begins ? 'overlapping' : null;
  }

  #askAgain(note: LessonNote): void {
    if (this.state.step === 'asking') this.state = { ...this.state, note };
  }

  #fail(fault: LessonFault): void {
    this.state = { step: 'failed', fault };
  }

  /** What the box sends of its own accord may stand right before or behind what the key sends. */
  #withoutNoise(run: Run): Run {
    for (const noise of this.#noises) {
      if (beginsWith(run, noise)) return this.#withoutNoise(run.slice(noise.length));
      if (isSame(run.slice(-noise.length), noise)) return this.#withoutNoise(run.slice(0, -noise.length));
    }
    return run;
  }
}

/** A held key repeats; what it repeats is the key. */
export function unitOf(run: Run): Run {
  for (let length = 1; length <= run.length / 2; length += 1) {
    if (run.length % length === 0 && run.every((byte, index) => byte === run[index % length]))
      return run.slice(0, length);
  }
  return run;
}

function isSame(one: Run, other: Run): boolean {
  return one.length === other.length && beginsWith(one, other);
}
