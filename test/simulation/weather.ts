import { DAY_MS } from '../../device/time.ts';
import type { VisitState } from '../../device/visit/machine.ts';
import type { Random } from '../support/random.ts';
import { CENTRE_MOODS, type CentreMood, type SimulatedCentre } from './centre.ts';
import type { SimulatedDevice } from './device.ts';
import type { CommitKind, CommitPoint } from './disk.ts';
import type { DeviceHistory } from './history.ts';
import { NETWORK_MOODS, type NetworkMood, type SimulatedNetwork } from './network.ts';
import { CLOSES_AT_MS, OPENS_AT_MS } from './people.ts';
import type { World } from './world.ts';

/** Everything that goes wrong in a run, drawn from its seed beforehand. */

export interface Station {
  device: SimulatedDevice;
  network: SimulatedNetwork;
  history: DeviceHistory;
}

export interface WeatherParts {
  world: World;
  centre: SimulatedCentre;
  stations: readonly Station[];
  random: Random;
  /** Who puts an old disk back, and when: draws of their own. */
  restores: Random;
  days: number;
  /** Those of them on which offices work, by their midnight. */
  workdays: readonly number[];
  /** Twins are compared under faults of the device alone: what the line does must not depend on a grade's deadline. */
  hasNetworkFaults: boolean;
  /** 春节 without a line, ms since the start. */
  holiday: { fromMs: number; toMs: number } | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const SHORTEST_MS = 60_000;
/** A technician is there half an hour after a fault that needs one. */
const TECHNICIAN_MS = HOUR_MS / 2;

/** Puts every fault of the run on the agenda. */
export function makeWeather(parts: WeatherParts): void {
  const { random, stations, days, hasNetworkFaults, holiday, restores } = parts;
  const severity = random.pick([0.1, 0.5, 0.5, 1, 1, 2.5] as const);
  for (const station of stations) {
    const faults = Math.round(days * severity);
    for (let number = 0; number < faults; number++) deviceFault(parts, station);
    if (hasNetworkFaults) for (let number = 0; number < faults; number++) networkFault(parts, station);
    if (hasNetworkFaults && holiday !== null) during(parts, [station], holiday, line(station, 'down'));
    if (random.chance(0.15)) bitFlip(parts, station);
  }
  const rolledBack = stations.filter(() => restores.chance(OLD_DISK_CHANCE));
  for (const station of rolledBack) oldDisk({ ...parts, random: restores }, station);
  if (!hasNetworkFaults) return;
  const faults = Math.round((days * severity) / 2);
  for (let number = 0; number < faults; number++) centreFault(parts, rolledBack.length === 0);
}

/** Three in four faults come while people are there. */
function moment({ random, days, workdays }: WeatherParts): number {
  if (workdays.length === 0 || random.chance(0.25)) return random.next() * days * DAY_MS;
  const atMs = OPENS_AT_MS + random.next() * (CLOSES_AT_MS - OPENS_AT_MS);
  return random.pick(workdays) + atMs;
}

/** From a minute to hours, each order of magnitude as likely as the next; now and then days. */
function duration(random: Random): number {
  const longest = random.chance(0.04) ? 3 * DAY_MS : 8 * HOUR_MS;
  return SHORTEST_MS * (longest / SHORTEST_MS) ** random.next();
}

interface Trouble {
  begin(): void;
  end(): void;
}

function during(
  { world }: WeatherParts,
  stations: readonly Station[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
  trouble: Trouble,
): void {
  const ail = `trouble ${fromMs} ${toMs}`;
  world.at(fromMs, () => {
    trouble.begin();
    for (const { device } of stations) device.setAil(ail, true);
  });
  world.at(toMs, () => {
    trouble.end();
    for (const { device } of stations) device.setAil(ail, false);
  });
}

function line({ network }: Station, mood: NetworkMood): Trouble {
  return {
    begin: () => (network.mood = mood),
    end: () => {
      if (network.mood === mood) network.mood = 'well';
    },
  };
}

function networkFault(parts: WeatherParts, station: Station): void {
  const { random } = parts;
  const fromMs = moment(parts);
  during(parts, [station], { fromMs, toMs: fromMs + duration(random) }, line(station, random.pick(NETWORK_MOODS)));
}

/**
 * @param mayRestore the centre may be put back from a copy too. What two copies lost of the same numbers cannot be told
 * by numbers, and no promise is made of it
 */
function centreFault(parts: WeatherParts, mayRestore: boolean): void {
  const { random, world, centre, stations } = parts;
  const fromMs = moment(parts);
  if (random.chance(0.4)) {
    const point = random.pick(['before', 'committed'] as const);
    return void world.at(fromMs, () => (centre.armed = point));
  }
  if (random.chance(0.08)) {
    const backMs = random.next() * 3 * DAY_MS;
    if (mayRestore) world.at(fromMs, () => centre.store.loseSince(fromMs - backMs));
    return;
  }
  if (random.chance(0.05)) {
    expireKey(parts, fromMs);
    return;
  }
  const mood = random.chance(0.2) ? 'calls_all_malformed' : random.pick(CENTRE_MOODS);
  const needsTechnician = ['disowns', 'calls_all_malformed', 'too_large'].includes(mood);
  const toMs = fromMs + duration(random);
  const trouble = centreMood(centre, mood);
  if (!needsTechnician) {
    during(parts, stations, { fromMs, toMs }, trouble);
    return;
  }
  // The device is well again when somebody was there, not when the centre is.
  world.at(toMs, () => trouble.end());
  during(parts, stations, { fromMs, toMs: toMs + TECHNICIAN_MS }, { ...trouble, end: () => visitAll(stations) });
}

function visitAll(stations: readonly Station[]): void {
  for (const { device } of stations) device.technicianVisits();
}

/** The centre signs with its next key: its receipts count for nothing until somebody tells the devices that key. */
function expireKey(parts: WeatherParts, fromMs: number): void {
  const { centre, stations } = parts;
  const begin = (): void => void centre.keyNumber++;
  during(parts, stations, { fromMs, toMs: fromMs + TECHNICIAN_MS }, { begin, end: () => visitAll(stations) });
}

function centreMood(centre: SimulatedCentre, mood: CentreMood): Trouble {
  return {
    begin: () => (centre.mood = mood),
    end: () => {
      if (centre.mood === mood) centre.mood = 'well';
    },
  };
}

const DEVICE_FAULTS = [
  'crash',
  'crash',
  'crash',
  'agent',
  'appliance',
  'power',
  'full',
  'step',
  'battery',
  'configuration',
] as const;

function deviceFault(parts: WeatherParts, station: Station): void {
  const { random, world } = parts;
  const { device } = station;
  const atMs = moment(parts);
  const steps = [5_000, 10 * MINUTE_MS, HOUR_MS, 10 * HOUR_MS, 3 * DAY_MS] as const;
  const stepMs = random.pick(steps) * (random.chance(0.5) ? 1 : -1);
  const lastsMs = duration(random);
  const kind: CommitKind = random.chance(0.7) ? 'append' : 'settle';
  const point: CommitPoint = random.pick(['before', 'written', 'synced'] as const);
  const by = random.chance(0.5) ? 'kill' : 'power';
  switch (random.pick(DEVICE_FAULTS)) {
    case 'crash':
      return void world.at(atMs, () => (device.disk.armed = { kind, point, by }));
    case 'agent':
      return void world.at(atMs, () => device.killAgent());
    case 'appliance':
      return void world.at(atMs, () => device.killAppliance());
    case 'configuration':
      return void world.at(atMs, () => device.reconfigure());
    case 'power':
      world.at(atMs, () => device.powerCut());
      return void world.at(atMs + Math.min(lastsMs, HOUR_MS), () => device.powerOn());
    case 'full':
      fullDisk(parts, station, { fromMs: atMs, toMs: atMs + lastsMs });
      return;
    case 'step':
      world.at(atMs, () => stepWhileInviting(world, device, { stepMs, lastsMs }));
      return;
    case 'battery':
      world.at(atMs, () => {
        device.powerCut();
        device.machine.setWall(0);
        device.powerOn();
      });
      return void world.at(atMs + lastsMs, () => device.machine.setWall(world.trueMs));
  }
}

/** How long somebody waits for a citizen who is just rating: a step does its worst then. */
const WAIT_FOR_CITIZEN_MS = 2 * HOUR_MS;

function stepWhileInviting(world: World, device: SimulatedDevice, step: { stepMs: number; lastsMs: number }): void {
  const isInviting = ({ name }: VisitState): boolean => name === 'inviting';
  device.awaitScreen(isInviting, WAIT_FOR_CITIZEN_MS, () => {
    device.machine.setWall(device.machine.wallMs() + step.stepMs);
    world.after(step.lastsMs, () => device.machine.setWall(world.trueMs));
  });
}

function fullDisk(parts: WeatherParts, station: Station, span: { fromMs: number; toMs: number }): void {
  const { disk } = station.device;
  during(parts, [station], span, { begin: () => (disk.isFull = true), end: () => (disk.isFull = false) });
}

const OLD_DISK_CHANCE = 0.06;
const YOUNGEST_COPY_MS = 10 * MINUTE_MS;
const OLDEST_COPY_MS = 10 * DAY_MS;
const EXCHANGE_MS = 10 * MINUTE_MS;

/** Somebody puts a copy of the disk back: a clone from before a repair, a snapshot of a virtual machine. */
function oldDisk(parts: WeatherParts, { device }: Station): void {
  const { random, world } = parts;
  const atMs = moment(parts);
  const ageMs = YOUNGEST_COPY_MS * (OLDEST_COPY_MS / YOUNGEST_COPY_MS) ** random.next();
  let copy = device.disk.copy();
  world.at(Math.max(0, atMs - ageMs), () => (copy = device.disk.copy()));
  world.at(atMs, () => device.putBackDisk(copy));
  world.at(atMs + EXCHANGE_MS, () => device.powerOn());
}

/** One bit of a record that waits: found when it is claimed, set aside, shown. */
function bitFlip(parts: WeatherParts, { device, history }: Station): void {
  const share = parts.random.next();
  parts.world.at(moment(parts), () => {
    const waiting = [...device.disk.image.open.values()];
    const row = waiting[Math.floor(share * waiting.length)];
    if (row === undefined) return;
    row.json = `${row.json.slice(0, -9)}${String.fromCharCode(row.json.charCodeAt(row.json.length - 9) ^ 1)}${row.json.slice(-8)}`;
    history.damaged.add(row.record.id);
  });
}
