import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { applianceApi } from '../../app/processes/appliance-api.ts';
import { KEYPAD_PROFILES_DIR, PAGES_DIR } from '../../app/processes/settings.ts';
import { type Servers, startServers } from '../../app/server/servers.ts';
import type { Level } from '../../device/ledger/record.ts';
import { readKeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import { FakeOpener } from '../../device/peripherals/testing/fake-port.ts';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { fastClock } from '../../sync/testing/fast-clock.ts';
import { CitizenClient } from '../support/citizen-client.ts';
import { type DeviceBench, enrolBench, openDeviceBench, startTrialCentre, VERSION } from '../support/device-bench.ts';
import { newMemoryDir } from '../support/memory-dir.ts';
import { RawConnection, type RawRequest } from '../support/raw-http.ts';
import { eventually } from '../support/visits.ts';

/**
 * Everything that the staff side receives, byte by byte, for each way in which an invitation can end (design §2.6).
 * The staff do the same things at the same times; only the citizen differs.
 */

const API_KEY = 'capture-key';
const profile = await readKeypadProfile(join(KEYPAD_PROFILES_DIR, 'ascii-digit.json'));
/** A line that is down is tried often enough within a day of the test. */
const AGENT_SPEED = 50;
const MORNING = Date.parse('2026-11-23T09:00:00.000+08:00');

/** What the citizen does after the invitation, three seconds unless told. */
type Citizen =
  | { does: 'touch' | 'pad'; level: Level; tags: string[]; comment: string }
  | { does: 'decline' }
  | { does: 'nothing' };

interface Capture {
  /** All bytes of the staff's and the business system's event streams. */
  streams: { staff: string; business: string };
  /** All bytes of every answer, in the order of the questions. */
  answers: string[];
  /** What the staff page showed, and when (virtual ms). */
  timeline: [number, string][];
  log: string;
  /** What agent and appliance said of the line and of delivery; they run on the machine's time, so in no order. */
  lineLog: string[];
  /** Every route of the LAN listener, as the server has it, and those that this capture asked. */
  routes: { served: string[]; asked: string[] };
}

/** What a scene must end with, in reverse order. */
type Closing = (() => Promise<void>)[];

interface Scene {
  clock: VirtualClock;
  bench: DeviceBench;
  servers: Servers;
  opener: FakeOpener;
  log: string[];
  lineLog: string[];
  /** Of the LAN listener, as `POST /staff/skip`. */
  routes: Set<string>;
}

async function setScene(close: Closing, isLineDown: boolean): Promise<Scene> {
  const folder = newMemoryDir();
  close.push(async () => rmSync(folder, { recursive: true, force: true }));
  const centre = await startTrialCentre(join(folder, 'centre'));
  if (!isLineDown) close.push(() => centre.close());
  const clock = new VirtualClock(MORNING);
  const opener = new FakeOpener();
  const pad = join(folder, 'pad');
  writeFileSync(pad, '');
  mkdirSync(join(folder, 'device'));
  const lineLog: string[] = [];
  const bench = await openDeviceBench({
    dataDir: join(folder, 'device'),
    clock,
    agentClock: fastClock(AGENT_SPEED),
    random: () => 0.5,
    timeLimitMs: 20_000,
    log: talkative(lineLog),
    peripherals: {
      opener,
      keypadProfiles: new Map([[profile.id, profile]]),
      trial: { keypad: { path: pad, profile: profile.id } },
    },
  });
  close.push(() => bench.close());
  await enrolBench(bench, centre);
  const log: string[] = [];
  const routes = new Set<string>();
  await eventually(() => expect(lineLog.join('')).toContain('"to":"online"'));
  if (isLineDown) await centre.close();
  const servers = await serve(bench, log, routes);
  close.push(() => servers.close());
  return { clock, bench, servers, opener, log, lineLog, routes };
}

/** A log at its most talkative and without redaction. */
const talkative = (lines: string[]) =>
  pino({ level: 'trace', base: null, timestamp: false }, { write: (line: string) => void lines.push(line) });

/** The real servers. */
function serve({ appliance, link }: DeviceBench, log: string[], routes: Set<string>): Promise<Servers> {
  const logger = talkative(log);
  const keySha256 = createHash('sha256').update(API_KEY).digest('hex');
  const settings = { PINGJIAQI_TRIAL: true, PINGJIAQI_TRIAL_KEY_SHA256: keySha256 };
  const api = applianceApi({ appliance, link, settings, version: VERSION });
  return startServers({
    api,
    logger,
    pagesDir: PAGES_DIR,
    localPort: 0,
    lanPort: 0,
    lanHost: '127.0.0.1',
    localTokens: null,
    lanTls: null,
    onListener(name, server) {
      if (name !== 'lan') return;
      server.addHook('onRoute', ({ method, url }) => {
        for (const one of [method].flat()) if (one !== 'HEAD') routes.add(`${one} ${url}`);
      });
    },
  });
}

const IDS = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;
const TIMES = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00/g;
/** What differs from run to run by chance or by the machine's clock alone. */
function withoutIdsAndTimes(text: string): string {
  return text
    .replace(IDS, '<id>')
    .replace(TIMES, '<time>')
    .replace(/pingjiaqi_session=[\w-]{43}/g, 'pingjiaqi_session=<token>')
    .replace(/^date: .*\r\n/gim, '')
    .replace(/^(x-ratelimit-reset): \d+/gim, '$1: <time>')
    .replaceAll('e\r\n: still here\n\n\r\n', '');
}

interface Day {
  /** The next case arrives while the citizen is still at the first one's screen. */
  isNextWaiting?: boolean;
  /** From the invitation to the citizen's act. */
  afterMs?: number;
  /** The centre is gone from the morning on. */
  isLineDown?: boolean;
}

async function capture(citizen: Citizen, day: Day = {}): Promise<Capture> {
  const close: Closing = [];
  try {
    return await captureIn(close, citizen, { isNextWaiting: false, afterMs: 3_000, isLineDown: false, ...day });
  } finally {
    for (const step of close.toReversed()) await step();
  }
}

async function captureIn(close: Closing, citizen: Citizen, day: Required<Day>): Promise<Capture> {
  const scene = await setScene(close, day.isLineDown);
  const { clock, bench, servers } = scene;
  const base = servers.urls.api;
  const authorization = `Bearer ${API_KEY}`;
  const staff = await RawConnection.send(base, { method: 'GET', path: '/staff/events' });
  const business = await RawConnection.send(base, { method: 'GET', path: '/v1/events', headers: { authorization } });
  close.push(async () => {
    for (const stream of [staff, business]) stream.close();
  });
  await eventually(() =>
    expect([staff.received, business.received].every((text) => text.includes('data:'))).toBe(true),
  );

  const answers: string[] = [];
  const asked = new Set(['GET /staff/events', 'GET /v1/events']);
  const ask = async (request: RawRequest) => {
    const headers = { connection: 'close', ...(request.path.startsWith('/v1') ? { authorization } : {}) };
    asked.add(`${request.method} ${request.path.replace(IDS, ':id').replace(/^\/assets\/.*/, '/assets/*')}`);
    answers.push(await (await RawConnection.send(base, { ...request, headers })).end());
  };
  const timeline: Capture['timeline'] = [];
  bench.api.subscribe(() => {
    const text = withoutIdsAndTimes(JSON.stringify(bench.api.staffView()));
    if (timeline.at(-1)?.[1] !== text) timeline.push([clock.monotonicMs(), text]);
  });
  await playDay(scene, { ...day, citizen }, ask);
  await eventually(() => expect(staff.received).toContain('"closed":3'));
  await eventually(() => expect(business.received.split('"state":"serving"')).toHaveLength(4));
  return {
    streams: { staff: withoutIdsAndTimes(staff.received), business: withoutIdsAndTimes(business.received) },
    answers: answers.map(withoutIdsAndTimes),
    timeline,
    log: withoutIdsAndTimes(scene.log.join('')).replace(/127\.0\.0\.1:\d+/g, '<address>'),
    lineLog: await toldOfTheLine(scene, day),
    routes: { served: [...scene.routes].toSorted(), asked: [...asked].toSorted() },
  };
}

/** Of a line that is down each thing once: how often it is tried is a matter of the machine's time. */
async function toldOfTheLine({ lineLog }: Scene, { isLineDown }: Required<Day>): Promise<string[]> {
  const last = isLineDown ? 'a batch came back' : '"to":"online"';
  await eventually(() => expect(lineLog.join('')).toContain(last));
  const lines = lineLog.map((line) => withoutIdsAndTimes(line).replace(/127\.0\.0\.1:\d+/g, '<address>'));
  return (isLineDown ? [...new Set(lines)] : lines).toSorted();
}

const visitOf = (bench: DeviceBench): string => bench.api.staffView().visit?.visitId ?? '';

/** Two services at one window: what becomes of the first is the citizen's secret. */
async function playDay(
  scene: Scene,
  { citizen, isNextWaiting, afterMs }: Required<Day> & { citizen: Citizen },
  ask: (request: RawRequest) => Promise<void>,
): Promise<void> {
  const { clock, bench } = scene;
  const item = { itemCode: 'T-001', itemName: '居民身份证换领', staffId: 'trial-1' };
  await ask({ method: 'POST', path: '/v1/visits', body: { caseNo: 'CASE-1', ...item } });
  const visitId = visitOf(bench);
  await ask({ method: 'POST', path: '/staff/invitation', body: { visitId } });
  await clock.advance(afterMs);
  await actAs(citizen, visitId, scene);
  await clock.advance(1_000);
  await ask({ method: 'GET', path: `/v1/visits/${visitId}` });
  await ask({ method: 'POST', path: `/v1/visits/${visitId}/invitation` });
  await ask({ method: 'POST', path: `/v1/visits/${visitId}/closure`, body: {} });
  await ask({ method: 'POST', path: '/staff/skip', body: { visitId, reason: 'citizen_left' } });
  await ask({ method: 'POST', path: '/session', body: { number: '0007', pin: '246810' } });
  await ask({ method: 'GET', path: '/session' });
  if (isNextWaiting) await ask({ method: 'POST', path: '/v1/visits', body: { caseNo: 'CASE-2', ...item } });
  await clock.advance(70_000);
  await ask({ method: 'GET', path: `/v1/visits/${visitId}` });
  await ask({ method: 'POST', path: `/v1/visits/${visitId}/closure`, body: {} });
  await ask({ method: 'POST', path: '/staff/invitation', body: { visitId } });
  // This policy names no reminder; where one does, the answer tells rated from not rated because the law asks for it.
  await ask({ method: 'GET', path: '/v1/reminders' });
  await ask({ method: 'POST', path: `/v1/reminders/${visitId}/done` });
  await ask({ method: 'POST', path: '/v1/visits', body: { caseNo: 'CASE-1', ...item } });
  await ask({ method: 'POST', path: '/v1/visits', body: { caseNo: 'CASE-2', ...item } });
  await ask({ method: 'POST', path: '/staff/skip', body: { visitId: visitOf(bench), reason: 'consultation_only' } });
  await ask({ method: 'POST', path: '/staff/pause', body: { reason: 'break', limitMinutes: 10 } });
  await ask({ method: 'POST', path: '/staff/resume', body: {} });
  await ask({ method: 'POST', path: '/v1/visits', body: { caseNo: 'CASE-3', ...item } });
  await ask({ method: 'POST', path: `/v1/visits/${visitOf(bench)}/skip`, body: { reason: 'citizen_left' } });
  await ask({ method: 'POST', path: '/v1/window/pause', body: { reason: 'break', limitMinutes: 10 } });
  await ask({ method: 'POST', path: '/v1/window/resume', body: {} });
  await askTheRest(ask);
}

/** What has nothing to do with a visit must not come to have. */
async function askTheRest(ask: (request: RawRequest) => Promise<void>): Promise<void> {
  for (const path of ['/', '/assets/none.js', '/openapi.json', '/paper/forms']) await ask({ method: 'GET', path });
  const entry = { form: 'A-07-AAAA-000001', paperDate: '2026-11-23', level: 3 };
  for (const path of ['/paper/entries', '/paper/reviews']) await ask({ method: 'POST', path, body: entry });
  await ask({ method: 'DELETE', path: '/session' });
}

/** How long the staff side was told that the first citizen is rating, virtual ms. */
function invitedForMs({ timeline }: Capture): number {
  const from = timeline.find(([, text]) => text.includes('"state":"inviting"'))?.[0] ?? Number.NaN;
  const to = timeline.find(([at, text]) => at > from && !text.includes('"state":"inviting"'))?.[0] ?? Number.NaN;
  return to - from;
}

async function actAs(citizen: Citizen, visitId: string, scene: Scene): Promise<void> {
  if (citizen.does === 'nothing') return;
  const page = new CitizenClient(scene.servers.urls.citizen);
  await page.see((view) => view.screen === 'inviting');
  if (citizen.does === 'decline') {
    await page.send({ type: 'decline', visitId });
  } else {
    const { level, tags, comment } = citizen;
    if (citizen.does === 'pad') await press(scene, level);
    else await page.send({ type: 'rate', visitId, level, language: 'zh-CN' });
    await page.see((view) => view.screen === 'reasons' && view.level === level);
    expect(await page.send({ type: 'revise', visitId, level, tags, comment, language: 'zh-CN' })).toMatchObject({
      kept: true,
    });
    await page.send({ type: 'submit', visitId });
  }
  await page.see((view) => view.screen === (citizen.does === 'decline' ? 'ended' : 'thanks'));
  page.close();
}

async function press({ bench, opener }: Scene, level: Level): Promise<void> {
  await eventually(() => expect(bench.appliance.peripherals.status()[0]?.state).toBe('ready'));
  opener.newest.send(String(level).charCodeAt(0));
}

const levels: readonly Level[] = [5, 4, 3, 2, 1];
const tagsOf: Record<Level, string[]> = { 5: ['510'], 4: [], 3: ['307', '308'], 2: ['207'], 1: ['108', '109', '110'] };
const commentOf: Record<Level, string> = { 5: '', 4: '好', 3: '', 2: '排队太久', 1: '差'.repeat(500) };
const ratings = (['touch', 'pad'] as const).flatMap((does) =>
  levels.map((level): [string, Citizen] => [
    `${level} by ${does}`,
    { does, level, tags: tagsOf[level], comment: commentOf[level] },
  ]),
);

describe('what the staff side receives', () => {
  let declined: Capture;
  beforeAll(async () => {
    declined = await capture({ does: 'decline' });
  });

  it('when an invitation is declined then the capture has all that staff do and see', async () => {
    const { streams, answers, timeline } = declined;
    // The page itself is there once it was built.
    const page = existsSync(join(PAGES_DIR, 'staff', 'index.html')) ? 200 : 404;
    const statuses = answers.map((text) => text.split(' ')[1]).join(' ');
    expect(statuses).toBe(
      `201 200 200 200 200 409 204 200 200 200 409 200 404 409 201 200 200 200 201 200 200 200 ${page} 404 200 401 401 401 204`,
    );
    for (const state of ['idle', 'serving', 'inviting', 'paused']) {
      expect(streams.staff).toContain(`"state":"${state}"`);
      expect(streams.business).toContain(`"state":"${state}"`);
    }
    expect(timeline.length).toBeGreaterThan(5);
    // The API's own description may say what it never carries.
    const told = answers.filter((text) => !text.includes('"openapi"'));
    expect(told).toHaveLength(answers.length - 1);
    expect(JSON.stringify({ streams, told })).not.toMatch(/level|rated|grade|thanks|declin|touch|keypad/i);
  });

  it('asks every route that the LAN listener has: a new one fails here until it is captured', () => {
    expect(declined.routes.asked).toEqual(declined.routes.served);
  });

  it('the end of an invitation is told on a grid of 5 s from its beginning', () => {
    expect(invitedForMs(declined)).toBe(10_000);
  });

  it.each(ratings)(
    'when it ends with %s then not a byte nor its moment differs from "declined"',
    async (_name, citizen) => {
      expect(await capture(citizen)).toEqual(declined);
    },
  );

  it('when the next case waits meanwhile then not a byte nor its moment differs either', async () => {
    const wanted = await capture({ does: 'decline' }, { isNextWaiting: true });
    expect(wanted.streams.staff).toContain('"waiting":1');
    for (const [name, citizen] of ratings)
      expect(await capture(citizen, { isNextWaiting: true }), name).toEqual(wanted);
  });

  it('when the tap is so fast that it leaves a flag then not a byte nor its moment differs either', async () => {
    const wanted = await capture({ does: 'decline' }, { afterMs: 1_000 });
    for (const [name, citizen] of ratings) {
      expect(await capture(citizen, { afterMs: 1_000 }), name).toEqual(wanted);
    }
  });

  it('when the centre is away then not a byte differs either, and the log of the line tells nothing more', async () => {
    const wanted = await capture({ does: 'decline' }, { isLineDown: true });
    expect(wanted.lineLog.length).toBeGreaterThan(2);
    for (const [name, citizen] of ratings) expect(await capture(citizen, { isLineDown: true }), name).toEqual(wanted);
  });

  it('when nobody touches anything for a minute then not a byte differs from "declined"', async () => {
    const untouched = await capture({ does: 'nothing' });
    expect(invitedForMs(untouched) % 5_000).toBe(0);
    const { timeline: _moments, ...bytes } = untouched;
    const { timeline: _others, ...wanted } = declined;
    expect(bytes).toEqual(wanted);
  });
});
