import { writeFileSync } from 'node:fs';
import { chartOf } from './chart.ts';
import { everydayLoad, type FleetOptions, type FleetReport, simulateFleet } from './fleet.ts';
import { naiveRules, ourRules } from './rules.ts';

/** `npm run simulate -- --devices 100000`: what a region does to its centre after a day without it. */

const DAY_MS = 86_400_000;
/** Records per second; 3.5 times the load of an ordinary day. */
const CAPACITY_PER_DEVICE = 0.059;
const PEAK_GOAL = 1.3;
const DRAIN_GOAL = 1.2;

const minutes = (ms: number): number => Number((ms / 60_000).toFixed(1));
const times = (part: number, whole: number): number => Number((part / whole).toFixed(2));

/** What a run came to, for a person and a script. */
function figures(report: FleetReport, capacity: number) {
  return {
    rules: report.rules,
    peakOfCapacity: times(report.peak, capacity),
    peakTenSOfCapacity: times(report.peakTenS, capacity),
    drainMin: minutes(report.drainMs),
    drainOfIdeal: times(report.drainMs, report.idealMs),
    missed: report.missed,
    attemptsDuringOutage: Math.round(report.attemptsDuringOutage),
  };
}

/** Promises of a fleet that a run broke, in words. */
export function brokenBy(report: FleetReport, capacity: number): string[] {
  const { peakOfCapacity, drainOfIdeal, missed } = figures(report, capacity);
  return [
    ...(peakOfCapacity > PEAK_GOAL ? [`the load rose to ${peakOfCapacity} × the capacity`] : []),
    ...(drainOfIdeal <= DRAIN_GOAL ? [] : [`the drain took ${drainOfIdeal} × the ideal`]),
    ...(missed > 0 ? [`${missed} records missed their date`] : []),
  ];
}

export interface FleetRun {
  devices: number;
  seed: number;
  /** File for the chart; null for none. */
  chart: string | null;
}

/** A day without the centre, at the capacity that the promises are stated for. */
export function fleetOptions(devices: number, seed: number): FleetOptions {
  return { devices, seed, capacity: devices * CAPACITY_PER_DEVICE, outageMs: DAY_MS };
}

/** Prints the figures of both rules. @returns whether ours kept what is promised */
export function runFleet({ devices, seed, chart }: FleetRun): boolean {
  const options = fleetOptions(devices, seed);
  const { capacity } = options;
  const ours = simulateFleet(options, ourRules(devices));
  const naive = simulateFleet(options, naiveRules(devices));
  const broken = brokenBy(ours, capacity);
  const { backlog, idealMs } = ours;
  const region = { devices, capacity, everydayLoad: Math.round(everydayLoad(devices)), backlog };
  const reports = [figures(ours, capacity), figures(naive, capacity)];
  console.log(JSON.stringify({ broken, ...region, idealMin: minutes(idealMs), reports, seed }));
  const title = `${devices.toLocaleString('en')} devices after a day without their centre: load offered, × its capacity`;
  if (chart !== null) writeFileSync(chart, chartOf([ours, naive], { capacity, outageMs: DAY_MS, title }));
  return broken.length === 0;
}
