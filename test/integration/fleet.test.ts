import { describe, expect, it } from 'vitest';
import { chartOf } from '../simulation/fleet/chart.ts';
import { simulateFleet } from '../simulation/fleet/fleet.ts';
import { brokenBy, fleetOptions } from '../simulation/fleet/main.ts';
import { naiveRules, ourRules, type Rules } from '../simulation/fleet/rules.ts';

/** A tenth of the region that `npm run simulate -- --devices 100000` plays; loads and capacity shrink with it. */

const DEVICES = 10_000;
const options = fleetOptions(DEVICES, 1);

/** The planted fault: every device draws the same number. */
function lockstep(rules: Rules): Rules {
  return { ...rules, answered: (device, reply) => rules.answered(device, { ...reply, random: 0.5 }) };
}

describe('a region after a day without its centre', () => {
  const ours = simulateFleet(options, ourRules(DEVICES));

  it('keeps near the capacity, is done in time, and misses no date', () => {
    expect(brokenBy(ours, options.capacity)).toEqual([]);
    expect(ours.backlog).toBeGreaterThan(DEVICES * 60);
  });

  it('is the same every time', () => {
    expect(simulateFleet(options, ourRules(DEVICES))).toEqual(ours);
  });

  it('overloads the centre by naive backoff', () => {
    const naive = simulateFleet(options, naiveRules(DEVICES));
    expect(naive.peak).toBeGreaterThan(1.5 * ours.peak);
    expect(brokenBy(naive, options.capacity)).not.toEqual([]);
    const chart = chartOf([ours, naive], { ...options, title: 'a region' });
    expect(chart.match(/<polyline points="(?:[\d.]+,[\d.]+ ?){20,60}"/g)).toHaveLength(2);
  });

  it('overloads it without jitter', () => {
    expect(brokenBy(simulateFleet(options, lockstep(ourRules(DEVICES))), options.capacity)).not.toEqual([]);
  });
});
