import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashPin } from '../../../device/staff/pin-hash.ts';
import { sampleConfiguration } from '../../../device/testing/appliance-fixture.ts';
import { openServerFixture, type ServerFixture } from '../testing/server-fixture.ts';

let configuration: Record<string, unknown>;
beforeAll(async () => {
  const person = async (id: string) => ({
    id,
    number: `000${id}`,
    name: '甲',
    post: '',
    pinHash: await hashPin(`${id.repeat(6)}`, { log2Cost: 12 }),
  });
  configuration = sampleConfiguration({
    staff: [await person('1'), await person('2')],
    settings: { roles: { 2: 'paper_entry' } },
  });
});

let fixture: ServerFixture;
beforeEach(async () => {
  fixture = await openServerFixture(configuration);
});
afterEach(() => fixture.close());

const wrong = { number: '0001', pin: '000000' };
const right = { number: '0001', pin: '111111' };
const whoIs = async (headers = {}) => (await fixture.send('GET', '/session', undefined, headers)).json();

describe('signing in over HTTP', () => {
  it('gives a cookie that no script and no other site can use, and nothing else', async () => {
    const answer = await fixture.send('POST', '/session', right);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^pingjiaqi_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
  });

  it('opens the staff side until signing out, the stream too', async () => {
    expect((await fixture.send('POST', '/staff/resume', {})).status).toBe(401);
    const clerk = await fixture.signIn('0001', '111111');
    const person = { number: '0001', name: '甲', role: 'window', endsAt: '2026-11-22T20:00:00.000+08:00' };
    expect(await whoIs(clerk)).toEqual({ needed: true, possible: true, person });
    expect((await fixture.send('POST', '/staff/resume', {}, clerk)).status).toBe(409);
    const stream = await fixture.send('GET', '/staff/events', undefined, clerk);
    const whole = stream.text();
    const out = await fixture.send('DELETE', '/session', undefined, clerk);
    expect([out.status, out.headers.getSetCookie()]).toEqual([204, [expect.stringContaining('Max-Age=0')]]);
    expect(await whole).toContain('"staff":{"number":"0001","name":"甲"}');
    expect((await fixture.send('POST', '/staff/resume', {}, clerk)).status).toBe(401);
    expect(await whoIs(clerk)).toEqual({ needed: true, possible: true, person: null });
  });

  it('refuses a wrong PIN and an unknown number by the same bytes, and says how long a lock lasts', async () => {
    const answers = [];
    for (const guess of [wrong, { ...wrong, number: '4711' }]) {
      const answer = await fixture.send('POST', '/session', guess);
      answers.push([answer.status, await answer.text()]);
    }
    expect(answers[0]).toEqual(answers[1]);
    for (let i = 0; i < 3; i++) await fixture.send('POST', '/session', wrong);
    const locked = await fixture.send('POST', '/session', wrong);
    expect([locked.status, locked.headers.get('retry-after')]).toEqual([429, '900']);
    expect(await locked.json()).toMatchObject({ code: 'sign_in_locked', retryAfterS: 900 });
    expect((await fixture.send('POST', '/session', right)).status).toBe(429);
  });

  it.each([
    ['nothing', {}],
    ['no number', { pin: '1' }],
    ['a number too long', { number: '1'.repeat(33), pin: '1' }],
    ['a PIN as a number', { number: '1', pin: 1 }],
    ['a PIN too long', { number: '1', pin: '1'.repeat(65) }],
    ['a grade', { ...right, level: 5 }],
  ])('refuses %s without counting it as a guess', async (_name, body) => {
    for (let i = 0; i < 6; i++) expect((await fixture.send('POST', '/session', body)).status).toBe(400);
    expect((await fixture.send('POST', '/session', right)).status).toBe(204);
  });

  it.each([
    'pingjiaqi_session=short',
    `pingjiaqi_session=${'A'.repeat(43)}`,
    `other=1; pingjiaqi_session=${'A'.repeat(44)}`,
    'x',
  ])('takes the cookie %s for nobody', async (cookie) => {
    expect((await fixture.send('POST', '/staff/resume', {}, { cookie })).status).toBe(401);
  });

  it('keeps whoever enters paper forms away from the window', async () => {
    const entry = await fixture.signIn('0002', '222222');
    expect((await fixture.send('POST', '/staff/resume', {}, entry)).status).toBe(403);
    expect((await fixture.send('GET', '/staff/events', undefined, entry)).status).toBe(403);
  });

  it('is not needed in trial mode, and there all the same', async () => {
    const trial = await openServerFixture(configuration, { trial: true });
    expect((await trial.send('POST', '/staff/resume', {})).status).toBe(409);
    expect(await (await trial.send('GET', '/session')).json()).toEqual({ needed: false, possible: true, person: null });
    const clerk = await trial.signIn('0001', '111111');
    expect(await (await trial.send('GET', '/session', undefined, clerk)).json()).toMatchObject({
      person: { number: '0001' },
    });
    await trial.close();
  });
});
