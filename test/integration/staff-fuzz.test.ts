import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServerFixture, type ServerFixture } from '../../app/server/testing/server-fixture.ts';
import type { RatingBody } from '../../device/ledger/record.ts';
import { hashPin } from '../../device/staff/pin-hash.ts';
import { sampleConfiguration } from '../../device/testing/appliance-fixture.ts';
import { shanghaiDay } from '../../device/time.ts';

/**
 * Whatever the staff side and the business side are asked, by people who signed in and systems that hold keys, no rating
 * comes of it: grades come from citizens only (design §2.4). The one exception is a form that two people of the paper's
 * roles read alike, and each such form is one rating.
 */

const KEY = 'fuzz';
const WHO = { clerk: '0007', first: '0008', second: '0009' } as const;
type Who = keyof typeof WHO;
let fixture: ServerFixture;
let cookies: Record<Who, { cookie: string }>;
beforeAll(async () => {
  const pinHash = await hashPin('111111', { log2Cost: 12 });
  const person = (number: string) => ({ id: `S-${number}`, number, name: '甲', post: '', pinHash });
  fixture = await openServerFixture(
    sampleConfiguration({
      staff: Object.values(WHO).map(person),
      policy: { id: 'forestry-draft', version: '1' },
      clients: [{ id: 'fuzz', name: 'fuzz', keySha256: createHash('sha256').update(KEY).digest('hex') }],
      settings: {
        scopes: { fuzz: ['visits', 'reminders'] },
        roles: { 'S-0008': 'paper_entry', 'S-0009': 'paper_review' },
      },
    }),
  );
});
afterAll(() => fixture.close());

const signIn = async () => {
  cookies = {
    clerk: await fixture.signIn(WHO.clerk, '111111'),
    first: await fixture.signIn(WHO.first, '111111'),
    second: await fixture.signIn(WHO.second, '111111'),
  };
};

/** Answers by class, for each route. */
const answered = new Map<string, Map<string, number>>();
const agreed: string[] = [];

async function ask(route: string, fields: object | undefined, who: Who = 'clerk', id = UNKNOWN): Promise<Response> {
  const [method = '', url = ''] = route.split(' ');
  const headers = { ...cookies[who], authorization: `Bearer ${KEY}` };
  const path = url.replace(':id', id).replace('*', 'none.js');
  const body = ['GET', 'HEAD', 'DELETE'].includes(method) ? undefined : (fields ?? {});
  const answer = await fixture.send(method, path, body, headers);
  // 503 is an honest answer (a window with no room); any other of its class is a fault.
  const kind = answer.status === 503 ? '503' : `${String(answer.status)[0]}xx`;
  const counts = answered.get(route) ?? new Map<string, number>();
  answered.set(route, counts.set(kind, (counts.get(kind) ?? 0) + 1));
  if (url.endsWith('/events')) await answer.body?.cancel();
  return answer;
}

const UNKNOWN = '019aa000-0000-7000-8000-000000000009';
/** Fields that these sides know, and those of a rating, which they must not. */
const body = fc.record(
  {
    visitId: fc.constantFrom('OPEN', UNKNOWN, ''),
    caseNo: fc.stringMatching(/^C-[0-9]{1,3}$/),
    itemCode: fc.constant('I-1'),
    itemName: fc.constant('事项'),
    staffId: fc.constant('S-0007'),
    invite: fc.boolean(),
    reason: fc.constantFrom('citizen_left', 'break', 'meeting', '5'),
    limitMinutes: fc.integer({ min: 0, max: 300 }),
    level: fc.integer({ min: 1, max: 5 }),
    channel: fc.constantFrom('touch', 'keypad', 'paper'),
    tags: fc.constant(['510']),
    type: fc.constantFrom('rate', 'RATE', 'KEY', 'revise', 'submit'),
    language: fc.constant('zh-CN'),
  },
  { requiredKeys: [] },
);
/** Paths that somebody who wants to rate would try. */
const GUESSED = [
  'POST /staff/rate',
  'POST /staff/rating',
  'POST /v1/visits/:id/rating',
  'POST /v1/ratings',
  'PUT /v1/visits/:id',
  'POST /citizen/socket',
  'POST /technician/trial-visit',
];

const window = () => fixture.device.appliance.staffView();
let cases = 0;
async function openCase(invite = false): Promise<string> {
  const visit = { caseNo: `W-${++cases}`, itemCode: 'I-1', itemName: '事项', staffId: 'S-0007', invite };
  const answer = await ask('POST /v1/visits', visit);
  return ((await answer.json()) as { visitId: string }).visitId;
}
/** A case that nobody was invited for, alone at an open window. */
async function serving(): Promise<string> {
  for (let waits = 0; window().window.state === 'inviting' || window().visit !== null; waits++) {
    // The one at the window and those behind it, each for a minute or less.
    if (waits > 60) throw new Error('the window never became free');
    const visit = window().visit;
    if (window().window.state === 'serving' && visit !== null) {
      await ask('POST /staff/skip', { visitId: visit.visitId, reason: 'citizen_left' });
    } else await fixture.device.clock.advance(66_000);
  }
  if (window().window.state === 'paused') fixture.device.appliance.window().resume();
  return openCase();
}
const pausing = { reason: 'break', limitMinutes: 1 };
const isPaused = () => window().window.state === 'paused';
/** A case whose citizen did not answer, a day ago. */
async function unanswered(): Promise<string> {
  const visitId = await serving();
  await ask('POST /v1/visits/:id/closure', {}, 'clerk', visitId);
  await fixture.device.clock.advance(25 * 3_600_000);
  await signIn();
  return visitId;
}
async function typed(level: number) {
  const { form } = await fixture.device.appliance.attached.printPaperForm();
  return { form, paperDate: shanghaiDay(fixture.device.clock.wallMs()), level };
}

/** One request of each route that whoever may ask it would make, in the state in which it has an effect. */
const SENSIBLE: Record<string, () => Promise<unknown>> = {
  'GET /': () => ask('GET /', undefined),
  'GET /assets/*': () => ask('GET /assets/*', undefined),
  'GET /openapi.json': () => ask('GET /openapi.json', undefined),
  'GET /session': () => ask('GET /session', undefined),
  'POST /session': () => ask('POST /session', { number: WHO.clerk, pin: '111111' }).then(signIn),
  'DELETE /session': () => ask('DELETE /session', undefined).then(signIn),
  'GET /staff/events': () => ask('GET /staff/events', undefined),
  'POST /staff/invitation': async () => ask('POST /staff/invitation', { visitId: await serving() }),
  'POST /staff/skip': async () => ask('POST /staff/skip', { visitId: await serving(), reason: 'consultation_only' }),
  'POST /staff/pause': async () => ask('POST /staff/pause', pausing, ...(await free())),
  'POST /staff/resume': async () => {
    if (!isPaused()) await ask('POST /staff/pause', pausing, ...(await free()));
    return ask('POST /staff/resume', {});
  },
  'GET /paper/forms': () => ask('GET /paper/forms', undefined, 'second'),
  'POST /paper/entries': async () => ask('POST /paper/entries', await typed(3), 'first'),
  'POST /paper/reviews': async () => {
    const entry = await typed(1);
    await ask('POST /paper/entries', entry, 'first');
    await ask('POST /paper/reviews', { ...entry, level: 2 }, 'second');
    await ask('POST /paper/entries', entry, 'first');
    const answer = await ask('POST /paper/reviews', entry, 'second');
    if (((await answer.json()) as { outcome?: string }).outcome === 'agreed') agreed.push(entry.form);
  },
  'POST /v1/visits': () => serving(),
  'GET /v1/visits/:id': async () => ask('GET /v1/visits/:id', undefined, 'clerk', await serving()),
  'POST /v1/visits/:id/invitation': async () => ask('POST /v1/visits/:id/invitation', {}, 'clerk', await serving()),
  'POST /v1/visits/:id/closure': async () => ask('POST /v1/visits/:id/closure', {}, 'clerk', await serving()),
  'POST /v1/visits/:id/skip': async () =>
    ask('POST /v1/visits/:id/skip', { reason: 'citizen_left' }, 'clerk', await serving()),
  'POST /v1/window/pause': async () => ask('POST /v1/window/pause', pausing, ...(await free())),
  'POST /v1/window/resume': async () => {
    if (!isPaused()) await ask('POST /v1/window/pause', pausing, ...(await free()));
    return ask('POST /v1/window/resume', {});
  },
  'GET /v1/events': () => ask('GET /v1/events', undefined),
  'GET /v1/reminders': () => ask('GET /v1/reminders', undefined),
  'POST /v1/reminders/:id/done': async () => ask('POST /v1/reminders/:id/done', {}, 'clerk', await unanswered()),
};
/** Skips whatever is at the window, so that a pause begins at once. */
async function free(): Promise<[]> {
  await ask('POST /staff/skip', { visitId: await serving(), reason: 'citizen_left' });
  return [];
}

const table = () =>
  [...answered]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([route, kinds]) =>
        `${route.padEnd(34)} ${[...kinds]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([k, n]) => `${k} ${n}`)
          .join('  ')}`,
    )
    .join('\n');

describe('the staff and business sides', () => {
  it('create no rating, whatever they are asked, and every route was reached by whoever may', async () => {
    const routes = [...new Set(fixture.routes)];
    expect(Object.keys(SENSIBLE).sort()).toEqual(routes.toSorted());
    // Streams never end, and signing out would only make the rest of it easier.
    const asked = routes.filter((route) => !/events$|^DELETE \/session$/.test(route));
    const noise = fc.record({
      route: fc.constantFrom(...asked, ...GUESSED),
      fields: body,
      who: fc.constantFrom<Who>('clerk', 'first', 'second'),
      waitMs: fc.nat(9_000),
    });
    const names = Object.keys(SENSIBLE);
    const tour = fc.shuffledSubarray(names, { minLength: names.length });
    await signIn();
    await fc.assert(
      fc.asyncProperty(tour, fc.array(noise, { minLength: 60, maxLength: 60 }), async (sensible, noises) => {
        for (const [index, { route, fields, who, waitMs }] of noises.entries()) {
          const next = sensible[index];
          if (next !== undefined) await SENSIBLE[next]?.();
          const openId = window().visit?.visitId ?? UNKNOWN;
          const payload = 'visitId' in fields && fields.visitId === 'OPEN' ? { ...fields, visitId: openId } : fields;
          await (await ask(route, payload, who, openId)).arrayBuffer();
          await fixture.device.clock.advance(waitMs);
        }
        const ratings = fixture.device.records().filter(({ kind }) => kind === 'rating');
        expect(ratings.map(({ body: given }) => (given as RatingBody).channel)).toEqual(agreed.map(() => 'paper'));
      }),
      { numRuns: 4 },
    );
    process.stdout.write(`${table()}\n`);
    const count = (route: string, kind: string) => answered.get(route)?.get(kind) ?? 0;
    // The pages of this fixture have no assets.
    const unreached = names.filter((route) => route !== 'GET /assets/*' && count(route, '2xx') === 0);
    expect(unreached).toEqual([]);
    expect([...answered.keys()].filter((route) => count(route, '5xx') > 0)).toEqual([]);
    for (const route of GUESSED) expect(count(route, '2xx'), route).toBe(0);
  });
});
