import { sha256 } from '../../device/ledger/chain.ts';
import type { Level } from '../../device/ledger/record.ts';
import { DAY_MS } from '../../device/time.ts';
import { type Random, seededRandom } from '../support/random.ts';
import { SimulatedCentre } from './centre.ts';
import { check } from './checker/check.ts';
import { cheapCryptography, realCryptography } from './cryptography.ts';
import { SimulatedDevice } from './device.ts';
import { type Complaint, DeviceHistory } from './history.ts';
import { SimulatedNetwork } from './network.ts';
import { CLOSES_AT_MS, OPENS_AT_MS, sendPeople, workingDays } from './people.ts';
import type { Planted } from './planted.ts';
import { makeWeather, type Station } from './weather.ts';
import { World } from './world.ts';

export interface RunOptions {
  seed: number;
  /** 1 or more. */
  devices: number;
  /** 1 or more. */
  days: number;
  planted?: Planted | null;
  /** Ed25519 and gzip instead of stand-ins, configuration polls over the network: ten times slower. */
  isReal?: boolean;
}

export interface RunReport {
  seed: number;
  complaints: Complaint[];
  visits: number;
  ratings: number;
  records: number;
  attempts: number;
  /** `sha256:…` over all that was recorded and sent, twins also shown to staff, and when: the same options give the same. */
  fingerprint: string;
}

const HOUR_MS = 3_600_000;
/** Appliance and agent are up, and the centre has been asked once. */
const STARTED_AFTER_MS = 5 * 60_000;
/** Everything is well again for so long before the books are checked. */
const QUIET_MS = 4 * HOUR_MS;
/** 春节 2026: every sixth seed begins before it and loses its line for the nine days. */
const BEFORE_HOLIDAY = '2026-02-02T00:00:00+08:00';
const HOLIDAY = { fromMs: 12 * DAY_MS + 15 * HOUR_MS, toMs: 22 * DAY_MS + 9 * HOUR_MS };
const EARLIEST_START = '2026-01-05T00:00:00+08:00';

interface Twist {
  regrade: (level: Level) => Level;
  hasNetworkFaults: boolean;
  watchesStaff: boolean;
}

interface Finished {
  report: RunReport;
  staffViews: string[][];
}

/** A stream of its own for each use, so that one more draw in one place changes nothing elsewhere. */
function streams(seed: number): (name: string) => Random {
  return (name) => {
    let mixed = seed ^ 0x9e3779b9;
    for (const char of name) mixed = Math.imul(mixed ^ char.charCodeAt(0), 0x01000193);
    return seededRandom(mixed);
  };
}

/** FNV-1a, so that ids of different series differ. */
function nameOf(series: string): string {
  let name = 0x811c9dc5;
  for (const char of series) name = Math.imul(name ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return name.toString(16).padStart(8, '0');
}

function idSeries(): (series: string, wallMs: number) => string {
  const all = new Map<string, { name: string; count: number }>();
  return (series, wallMs) => {
    const one = all.get(series) ?? { name: nameOf(series), count: 0 };
    all.set(series, one);
    one.count++;
    const time = Math.floor(wallMs).toString(16).padStart(12, '0').slice(-12);
    const tail = `${one.name}${one.count.toString(16).padStart(8, '0')}`;
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8${tail.slice(0, 3)}-${tail.slice(4)}`;
  };
}

async function play(options: RunOptions, twist: Twist): Promise<Finished> {
  const { seed, days, planted = null, isReal = false } = options;
  const of = streams(seed);
  const climate = of('climate');
  const isHoliday = climate.chance(1 / 6);
  const startMs =
    Date.parse(isHoliday ? BEFORE_HOLIDAY : EARLIEST_START) + (isHoliday ? 0 : climate.below(200)) * DAY_MS;
  const world = new World(startMs);
  const cryptography = isReal ? realCryptography(world) : cheapCryptography();
  const centre = new SimulatedCentre({
    world,
    cryptography,
    random: of('centre'),
    needsVisitFirst: of('kind of centre').chance(0.2),
    signsBeforeCommit: planted === 'sign_before_commit',
    lastArrivalStands: planted === 'ignore_revision_order',
  });
  const ids = idSeries();
  const isOffAtNight = climate.chance(0.75);
  const hasCanary = climate.chance(0.2);
  const stations = Array.from({ length: options.devices }, (_none, index): Station => {
    const deviceId = `01900000-0000-7000-8000-${String(index + 1).padStart(12, '0')}`;
    const history = new DeviceHistory(deviceId);
    const network = new SimulatedNetwork({ world, centre, cryptography, random: of(`network ${index}`) });
    const drift = climate.chance(0.2) ? (climate.next() - 0.5) * 0.007 : 0;
    const wallErrorMs = climate.pick([0, 0, 0, 2_000, -2_000, 20 * 60_000, -20 * 60_000]);
    const machine = { rate: 1 + drift, wallErrorMs };
    const random = of(`agent ${index}`);
    const keyNumber = () => centre.keyNumber;
    const common = { world, deviceId, network, cryptography, history, random, machine, planted, ids, keyNumber };
    const { needsVisitFirst } = centre;
    const { watchesStaff } = twist;
    const device = new SimulatedDevice({ ...common, isChatty: isReal, watchesStaff, hasCanary, needsVisitFirst });
    return { device, network, history };
  });
  const workdays = workingDays(world, days);
  for (const [index, { device, history }] of stations.entries()) {
    const random = of(`people ${index}`);
    const { regrade, hasNetworkFaults } = twist;
    const visitsPerDay = climate.pick([1, 2, 3]);
    sendPeople(
      { world, device, centre, history, random, regrade, hasPhones: hasNetworkFaults, visitsPerDay },
      workdays,
    );
    switchPower(world, device, { isOffAtNight, workdays });
  }
  const { hasNetworkFaults } = twist;
  const holiday = isHoliday ? HOLIDAY : null;
  const weather = { random: of('weather'), restores: of('old disks'), days, workdays, hasNetworkFaults, holiday };
  makeWeather({ world, centre, stations, ...weather });
  const endMs = days * DAY_MS;
  await world.runUntil(endMs);
  await makeWell(world, centre, stations, endMs);
  const complaints = stations.flatMap(({ device, history }) => check({ device, history, centre, startMs, endMs }));
  return {
    report: reportOf(seed, stations, complaints),
    staffViews: stations.map(({ history }) => history.staffViews),
  };
}

/** Switched off overnight and on rest days, or left running for weeks. */
function switchPower(
  world: World,
  device: SimulatedDevice,
  use: { isOffAtNight: boolean; workdays: readonly number[] },
): void {
  if (!use.isOffAtNight) world.at(0, () => device.powerOn());
  for (const midnightMs of use.workdays) {
    world.at(midnightMs + OPENS_AT_MS + STARTED_AFTER_MS, () => device.upkeep());
    if (!use.isOffAtNight) continue;
    world.at(midnightMs + OPENS_AT_MS, () => device.powerOn());
    world.at(midnightMs + CLOSES_AT_MS, () => device.powerCut());
  }
}

/** Faults end, a technician looks in twice, and what was promised must now be true. */
async function makeWell(
  world: World,
  centre: SimulatedCentre,
  stations: readonly Station[],
  endMs: number,
): Promise<void> {
  centre.mood = 'well';
  for (const { device, network } of stations) {
    network.mood = 'well';
    device.disk.isFull = false;
    device.disk.armed = null;
    device.machine.setWall(world.trueMs);
    device.powerOn();
  }
  // Twice, because a first answer may leave more to be sent again than it could name.
  for (const part of [0.7, 0.8]) world.at(endMs + part * QUIET_MS, () => stations.map(({ device }) => device.tick()));
  for (const part of [0.01, 0.5]) {
    await world.runUntil(endMs + part * QUIET_MS);
    centre.mood = 'well';
    for (const { device, network } of stations) {
      network.mood = 'well';
      device.disk.isFull = false;
      device.technicianVisits();
    }
  }
  await world.runUntil(endMs + QUIET_MS);
}

function reportOf(seed: number, stations: readonly Station[], complaints: Complaint[]): RunReport {
  const records = stations.flatMap(({ device }) => [...device.disk.image.rows.values()].map((row) => row.record));
  return {
    seed,
    complaints,
    visits: records.filter(({ kind }) => kind === 'visit').length,
    ratings: records.filter(({ kind }) => kind === 'rating').length,
    records: records.length,
    attempts: stations.reduce((sum, { history }) => sum + history.attempts.flat().length, 0),
    fingerprint: sha256(JSON.stringify(stations.map(traceOf))),
  };
}

const traceOf = ({ device, history }: Station) => {
  const { image } = device.disk;
  const arrivals = [...image.rows.values()].map(({ state, receivedAt }) => [state, receivedAt]);
  return [image.head, arrivals, [...history.recordedMs], history.attempts, history.staffViews];
};

const AS_GIVEN: Twist = { regrade: (level) => level, hasNetworkFaults: true, watchesStaff: false };

/** One seed from its first day to the checker. The same options give the same report. */
export async function simulate(options: RunOptions): Promise<RunReport> {
  return (await play(options, AS_GIVEN)).report;
}

/**
 * The same seed twice, every grade exchanged for another the second time, everything else the same: the staff side must
 * have been sent the same views at the same moments (design §2.6).
 */
export async function simulateTwins(options: RunOptions): Promise<RunReport> {
  const turned = (level: Level): Level => ((level % 5) + 1) as Level;
  const [one, other] = [
    await play(options, { regrade: (level) => level, hasNetworkFaults: false, watchesStaff: true }),
    await play(options, { regrade: turned, hasNetworkFaults: false, watchesStaff: true }),
  ];
  const differs = one.staffViews.flatMap((views, device) => {
    const at = views.findIndex((view, index) => view !== other.staffViews[device]?.[index]);
    if (at < 0 && views.length === other.staffViews[device]?.length) return [];
    return [{ promise: 'grade-blind staff', detail: `${views[at]} / ${other.staffViews[device]?.[at]}` }];
  });
  return { ...one.report, complaints: [...one.report.complaints, ...other.report.complaints, ...differs] };
}
