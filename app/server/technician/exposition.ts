import { Counter, Gauge, Registry } from 'prom-client';
import { FRAME_STATES } from '../../../device/day/window-frames.ts';
import { ATTEMPT_OUTCOMES } from '../../../sync/device-port.ts';
import type { Measures } from './metrics.ts';

const CLOCK_QUALITIES = ['synced', 'holdover', 'unset'] as const;
const LINK_STATES = ['starting', 'online', 'offline', 'not_the_centre', 'refused', 'no_agent'] as const;
const STANDINGS = ['fine', 'at_risk', 'critical', 'missed'] as const;

/** One series for each word of a state; the present one is 1. */
function setWord(gauge: Gauge, label: string, words: readonly string[], present: string): void {
  for (const word of words) gauge.set({ [label]: word }, word === present ? 1 : 0);
}

function deliveryMetrics(register: Registry) {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `pingjiaqi_${name}`, help, labelNames, registers: [register] });
  const records = gauge('records', 'Records by what became of them.', ['state']);
  const head = gauge('ledger_head_seq', 'Number of the last record.');
  const danger = gauge('records_in_danger', 'Undelivered records by how near their legal date is.', ['state']);
  const standing = gauge('delivery_standing', 'The worst of these states, as 0 or 1 each.', ['state']);
  const age = gauge('oldest_pending_age_seconds', 'Age of the oldest undelivered record; 0: none waits.');
  const due = gauge('next_deadline_timestamp_seconds', 'Earliest legal date of an undelivered record; NaN: none.');
  const slack = gauge('least_slack_seconds', 'Least time left over to deliver in time; NaN: no legal date waits.');
  const rate = gauge('delivery_rate_records_per_second', 'What the line delivered lately; NaN: not measured yet.');
  const attempts = new Counter({
    name: 'pingjiaqi_delivery_attempts_total',
    help: 'Batches sent since the agent started, by how they ended.',
    labelNames: ['outcome'],
    registers: [register],
  });
  return ({ delivery, delivered, headSeq, nowMs }: Measures): void => {
    const { pending, deferred, refused, atRisk, critical, missed, undated, oldestPendingAt, nextLegalDueAt } = delivery;
    for (const [state, count] of Object.entries({ pending, deferred, refused, delivered }))
      records.set({ state }, count);
    for (const [state, count] of Object.entries({ at_risk: atRisk, critical, missed, undated })) {
      danger.set({ state }, count);
    }
    setWord(standing, 'state', STANDINGS, delivery.standing);
    head.set(headSeq);
    age.set(oldestPendingAt === null ? 0 : Math.max(0, nowMs - oldestPendingAt) / 1000);
    due.set(seconds(nextLegalDueAt));
    slack.set(seconds(delivery.leastSlackMs));
    rate.set(delivery.perS ?? Number.NaN);
    attempts.reset();
    for (const outcome of ATTEMPT_OUTCOMES) attempts.inc({ outcome }, delivery.attempts[outcome]);
  };
}

const seconds = (ms: number | null): number => (ms === null ? Number.NaN : ms / 1000);

function machineMetrics(register: Registry) {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `pingjiaqi_${name}`, help, labelNames, registers: [register] });
  const link = gauge('link_state', 'State of the line to the centre, as 0 or 1 each.', ['state']);
  const confirmed = gauge(
    'completeness_confirmed_timestamp_seconds',
    'When the centre last said what it holds; NaN: not yet.',
  );
  const canary = gauge(
    'canary_reached',
    'Whether the last daily test record of each grade has its receipt; no series: none sent.',
    ['level'],
  );
  const canaryProof = gauge('canary_supported', '1: this kind of centre proves what reached it; NaN: not known yet.');
  const offset = gauge('clock_offset_seconds', 'Centre’s clock minus ours; NaN: unknown.');
  const bound = gauge('clock_offset_bound_seconds', 'The true offset is at most so far from it; NaN: unknown.');
  const quality = gauge('clock_quality', 'How far the clock is trusted, as 0 or 1 each.', ['quality']);
  const disk = gauge('disk_bytes', 'The disk of the data folder, and the reserve for ratings.', ['what']);
  const isLow = gauge('disk_low', '1 while the disk runs full.');
  return (measures: Measures): void => {
    const { clock } = measures.delivery;
    setWord(link, 'state', LINK_STATES, measures.link);
    setWord(quality, 'quality', CLOCK_QUALITIES, clock.quality);
    confirmed.set(seconds(measures.confirmedAt));
    const { isSupported, reached, refused, waiting } = measures.canary;
    canaryProof.set(isSupported === null ? Number.NaN : Number(isSupported));
    for (const level of reached) canary.set({ level }, 1);
    for (const level of [...refused, ...waiting]) canary.set({ level }, 0);
    offset.set(seconds(clock.offsetMs));
    bound.set(seconds(clock.boundMs));
    if (measures.disk === null) return;
    const { freeBytes: free, totalBytes: total, reserve } = measures.disk;
    for (const [what, bytes] of Object.entries({ free, total, reserve: reserve.heldBytes })) disk.set({ what }, bytes);
    isLow.set(measures.disk.isLow ? 1 : 0);
  };
}

function windowMetrics(register: Registry) {
  const frames = new Gauge({
    name: 'pingjiaqi_window_frames',
    help: 'What is to be seen in the window, as 0 or 1 each.',
    labelNames: ['state'],
    registers: [register],
  });
  const recoveries = new Counter({
    name: 'pingjiaqi_recoveries_total',
    help: 'What was brought back by itself since its keeper started, by reason.',
    labelNames: ['keeper', 'reason'],
    registers: [register],
  });
  return ({ window }: Measures): void => {
    setWord(frames, 'state', FRAME_STATES, window.frames);
    recoveries.reset();
    for (const { from, reason, count } of window.recoveries) recoveries.inc({ keeper: from, reason }, count);
  };
}

export interface Exposition {
  contentType: string;
  text(measures: Measures): Promise<string>;
}

/** Prometheus's text format. */
export function exposition(): Exposition {
  const register = new Registry();
  const setAll = [deliveryMetrics(register), machineMetrics(register), windowMetrics(register)];
  return {
    contentType: register.contentType,
    text(measures) {
      for (const set of setAll) set(measures);
      return register.metrics();
    },
  };
}
