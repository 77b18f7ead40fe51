import { type Random, seededRandom } from '../../support/random.ts';
import { Agenda, NONE } from './agenda.ts';
import { Backlog, OPEN_MS_A_DAY, RECORDS_A_DAY } from './backlog.ts';
import { FleetCentre, workOf } from './fleet-centre.ts';
import type { Reply, Rules } from './rules.ts';

/**
 * A region of devices by their schedule and retry rules alone, in virtual time: its centre is gone for a day, comes back,
 * and everybody has a day of ratings to deliver. One seed gives one run.
 */

export interface FleetOptions {
  devices: number;
  seed: number;
  /** What the centre takes, in records per second (fleet-centre.ts). */
  capacity: number;
  outageMs: number;
}

export interface FleetReport {
  rules: string;
  /** Load offered since the start of the outage, taken or not, in records per second; one value per bucket. */
  load: Float64Array;
  bucketMs: number;
  /** Highest load offered over a minute since the centre is back, and over ten seconds, in records per second. */
  peak: number;
  peakTenS: number;
  /** From the centre's return to the moment at which everything recorded before it was delivered; NaN: it never was. */
  drainMs: number;
  /** The same for a centre that never has to wait for a device, and full batches. */
  idealMs: number;
  /** Records that arrived after their date, or not at all. */
  missed: number;
  backlog: number;
  /** Requests per device while nobody answered. */
  attemptsDuringOutage: number;
}

const TICK_MS = 100;
const BUCKET_MS = 10_000;
/** What a request takes on the wire, besides its waiting at the centre. */
const ROUND_TRIP_MS = 80;
/** Nobody answered: refused at once, or silence up to the time limit. */
const REFUSED_SHARE = 0.7;
const TIME_LIMIT_MS = 20_000;
/** Then it is given up. */
const LONGEST_DRAIN_MS = 8 * 3_600_000;

const CAME = ['down', 'settled', 'busy'] as const;

class Fleet {
  readonly #options: FleetOptions;
  readonly #rules: Rules;
  readonly #agenda: Agenda;
  readonly #centre: FleetCentre;
  readonly #random: Random;
  readonly #ticks: number;
  /** Per device: records on the wire, 0 for none; since when; how it will end. */
  readonly #sent: Int32Array;
  readonly #sentAtMs: Float64Array;
  readonly #came: Int8Array;
  readonly #retryAfterMs: Float64Array;
  readonly backlog: Backlog;
  readonly load: Float64Array;
  attempts = 0;
  drainedAtMs = Number.NaN;

  constructor(options: FleetOptions, rules: Rules) {
    const { devices, seed, capacity, outageMs } = options;
    this.#options = options;
    this.#rules = rules;
    this.#ticks = Math.ceil((outageMs + LONGEST_DRAIN_MS) / TICK_MS);
    this.#agenda = new Agenda(this.#ticks, devices);
    this.#random = seededRandom(seed);
    this.#centre = new FleetCentre(capacity, devices);
    this.backlog = new Backlog(devices, this.#random);
    this.#sent = new Int32Array(devices);
    this.#sentAtMs = new Float64Array(devices);
    this.#came = new Int8Array(devices);
    this.#retryAfterMs = new Float64Array(devices);
    this.load = new Float64Array(Math.ceil((this.#ticks * TICK_MS) / BUCKET_MS));
    for (let device = 0; device < devices; device++) this.#actAt(device, this.backlog.nextMs(device));
  }

  run(): void {
    const { outageMs } = this.#options;
    for (let tick = 0; tick < this.#ticks; tick++) {
      const nowMs = tick * TICK_MS;
      if (nowMs === outageMs) this.backlog.closeBooks(nowMs);
      this.#centre.work(TICK_MS);
      for (let device = this.#agenda.take(tick); device !== NONE; device = this.#agenda.take(tick)) {
        this.#act(device, nowMs);
      }
      if (nowMs <= outageMs || this.backlog.oldLeft > 0) continue;
      this.drainedAtMs = nowMs;
      return;
    }
  }

  #actAt(device: number, atMs: number): void {
    this.#agenda.add(device, Math.ceil(atMs / TICK_MS));
  }

  /** As the sending loop does (sync/drain.ts), one batch on the wire. */
  #act(device: number, nowMs: number): void {
    if ((this.#sent[device] ?? 0) > 0) this.#hear(device, nowMs);
    if (this.backlog.gather(device, nowMs)) this.#rules.woken(device);
    const step = this.#rules.next(device, nowMs);
    if ('waitUntilMs' in step) {
      // A wake cuts no rest short, so only who sleeps for good is woken by what comes.
      this.#actAt(device, Math.max(nowMs + TICK_MS, step.waitUntilMs ?? this.backlog.nextMs(device)));
      return;
    }
    const sent = Math.min(step.send, this.backlog.count(device));
    if (sent > 0) {
      this.#send(device, sent, nowMs);
      return;
    }
    this.#rules.foundNothing(device, nowMs);
    this.#actAt(device, Math.max(nowMs + TICK_MS, this.backlog.nextMs(device)));
  }

  #send(device: number, sent: number, nowMs: number): void {
    this.#sent[device] = sent;
    this.#sentAtMs[device] = nowMs;
    const bucket = Math.floor(nowMs / BUCKET_MS);
    this.load[bucket] = (this.load[bucket] ?? 0) + workOf(sent) / (BUCKET_MS / 1000);
    if (nowMs < this.#options.outageMs) {
      this.attempts++;
      this.#came[device] = CAME.indexOf('down');
      this.#actAt(device, nowMs + (this.#random.chance(REFUSED_SHARE) ? ROUND_TRIP_MS : TIME_LIMIT_MS));
      return;
    }
    const { waitMs, retryAfterMs } = this.#centre.take(device, sent);
    this.#came[device] = CAME.indexOf(retryAfterMs === null ? 'settled' : 'busy');
    this.#retryAfterMs[device] = retryAfterMs ?? 0;
    this.#actAt(device, nowMs + ROUND_TRIP_MS + waitMs);
  }

  #hear(device: number, nowMs: number): void {
    const sent = this.#sent[device] ?? 0;
    const came: Reply['came'] = CAME[this.#came[device] ?? 0] ?? 'down';
    this.#sent[device] = 0;
    const slackMs = this.backlog.slackMs(device, nowMs);
    if (came === 'settled') this.backlog.settle(device, sent, nowMs);
    const tookMs = nowMs - (this.#sentAtMs[device] ?? 0);
    const retryAfterMs = came === 'busy' ? (this.#retryAfterMs[device] ?? 0) : null;
    this.#rules.answered(device, { came, nowMs, sent, tookMs, slackMs, retryAfterMs, random: this.#random.next() });
  }
}

/** The load of an ordinary day while windows are open: each record goes by itself. */
export function everydayLoad(devices: number): number {
  return (devices * RECORDS_A_DAY * workOf(1)) / (OPEN_MS_A_DAY / 1000);
}

/** Everything in one request per device, over what the everyday load leaves of the capacity. */
function idealMs(backlog: number, { devices, capacity }: FleetOptions): number {
  return ((backlog + devices * workOf(0)) / (capacity - everydayLoad(devices))) * 1000;
}

/** @returns the highest mean of so many values in a row */
function highestMean(values: Float64Array, length: number): number {
  let highest = 0;
  for (let from = 0; from + length <= values.length; from++) {
    const sum = values.subarray(from, from + length).reduce((before, value) => before + value, 0);
    highest = Math.max(highest, sum / length);
  }
  return highest;
}

/** Plays one outage. @param options `capacity` above `everydayLoad` */
export function simulateFleet(options: FleetOptions, rules: Rules): FleetReport {
  const { outageMs, devices } = options;
  const fleet = new Fleet(options, rules);
  fleet.run();
  const { closed, missed, oldLeft } = fleet.backlog;
  const since = fleet.load.subarray(Math.floor(outageMs / BUCKET_MS));
  return {
    rules: rules.name,
    load: fleet.load,
    bucketMs: BUCKET_MS,
    peak: highestMean(since, 60_000 / BUCKET_MS),
    peakTenS: highestMean(since, 10_000 / BUCKET_MS),
    drainMs: fleet.drainedAtMs - outageMs,
    idealMs: idealMs(closed, options),
    missed: missed + oldLeft,
    backlog: closed,
    attemptsDuringOutage: fleet.attempts / devices,
  };
}
