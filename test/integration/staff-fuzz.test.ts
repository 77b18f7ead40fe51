import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServerFixture, type ServerFixture } from '../../app/server/testing/server-fixture.ts';
import { hashPin } from '../../device/staff/pin-hash.ts';
import { sampleConfiguration } from '../../device/testing/appliance-fixture.ts';

/**
 * Whatever the staff side and the business side are asked, by people who signed in and systems that hold keys, no rating
 * comes of it: grades come from citizens only (design §2.4).
 */

const KEY = 'fuzz';
let fixture: ServerFixture;
let headers: Record<string, string>;
beforeAll(async () => {
  const pinHash = await hashPin('111111', { log2Cost: 12 });
  fixture = await openServerFixture(
    sampleConfiguration({
      staff: [{ id: 'S-1', number: '0007', name: '甲', post: '', pinHash }],
      policy: { id: 'forestry-draft', version: '1' },
      clients: [{ id: 'fuzz', name: 'fuzz', keySha256: createHash('sha256').update(KEY).digest('hex') }],
      settings: { scopes: { fuzz: ['visits', 'reminders'] } },
    }),
  );
  headers = { ...(await fixture.signIn('0007', '111111')), authorization: `Bearer ${KEY}` };
});
afterAll(() => fixture.close());

const UNKNOWN = '019aa000-0000-7000-8000-000000000009';
/** Fields that these sides know, and those of a rating, which they must not. */
const body = fc.record(
  {
    visitId: fc.constantFrom('OPEN', UNKNOWN, ''),
    caseNo: fc.stringMatching(/^C-[0-9]{1,3}$/),
    itemCode: fc.constant('I-1'),
    itemName: fc.constant('事项'),
    staffId: fc.constant('S-1'),
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
const SKIP = { visitId: 'OPEN', reason: 'citizen_left' };
const PAUSE = { reason: 'break', limitMinutes: 1 };
const opening = fc.record({
  caseNo: fc.stringMatching(/^C-[0-9]{1,4}$/),
  itemCode: fc.constant('I-1'),
  itemName: fc.constant('事项'),
  staffId: fc.constant('S-1'),
  invite: fc.boolean(),
});
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

describe('the staff and business sides', () => {
  it('create no rating, whatever they are asked', async () => {
    // Streams never end, and signing out would only make the rest of it easier.
    const asked = fixture.routes.filter((route) => !/events$|^HEAD|^DELETE \/session$|\*/.test(route));
    const request = fc.oneof(
      fc.tuple(fc.constantFrom(...asked, ...GUESSED), body, fc.nat(9_000)),
      fc.tuple(fc.constant('POST /v1/visits'), opening, fc.nat(9_000)),
      // What works, so that the window gets into each of its states.
      fc.tuple(fc.constant('POST /v1/visits/:id/closure'), fc.constant({}), fc.nat(9_000)),
      fc.tuple(fc.constant('POST /staff/invitation'), fc.constant({ visitId: 'OPEN' }), fc.nat(9_000)),
      fc.tuple(fc.constant('POST /staff/skip'), fc.constant(SKIP), fc.nat(9_000)),
      fc.tuple(fc.constant('POST /staff/pause'), fc.constant(PAUSE), fc.nat(9_000)),
    );
    const taken = new Set<string>();
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 40, maxLength: 40 }), async (requests) => {
        for (const [route, fields, waitMs] of requests) {
          const openId = fixture.device.appliance.staffView().visit?.visitId ?? UNKNOWN;
          const [method = '', url = ''] = route.split(' ');
          const payload = 'visitId' in fields && fields.visitId === 'OPEN' ? { ...fields, visitId: openId } : fields;
          const given = method === 'GET' ? undefined : payload;
          const answer = await fixture.send(method, url.replace(':id', openId), given, headers);
          await answer.arrayBuffer();
          if (answer.ok) taken.add(route);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          await fixture.device.clock.advance(waitMs);
        }
        const ratings = fixture.device.records().filter(({ kind }) => kind === 'rating');
        expect(ratings).toEqual([]);
      }),
      { numRuns: 20 },
    );
    expect(statuses.get(500) ?? 0).toBe(0);
    // The fuzz did get through: visits were opened, invited and closed, and the window paused.
    const needed = ['POST /v1/visits', 'POST /v1/visits/:id/closure', 'POST /staff/invitation', 'POST /staff/pause'];
    for (const route of needed) expect([...taken], route).toContain(route);
    expect(fixture.device.records().filter(({ kind }) => kind === 'not_rated').length).toBeGreaterThan(3);
  });
});
