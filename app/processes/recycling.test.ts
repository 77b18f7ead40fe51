import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApplianceFixture, openTestAppliance } from '../../device/testing/appliance-fixture.ts';
import { AgentLink } from './agent-link.ts';
import { applianceApi } from './appliance-api.ts';
import { createLog } from './log.ts';

/** When a window may give way to a fresh one, as the device tells its keeper. */

let fixture: ApplianceFixture;
let link: AgentLink;
let api: ReturnType<typeof applianceApi>;

beforeEach(async () => {
  fixture = await openTestAppliance();
  const { appliance, clock } = fixture;
  link = new AgentLink({ appliance, clock, log: createLog('test', 'silent'), version: '0' });
  api = applianceApi({ appliance, link, settings: { PINGJIAQI_TRIAL: false }, version: '0' });
});
afterEach(async () => {
  link.stop();
  await fixture.close();
});

const at = (time: string) => fixture.clock.advance(Date.parse(time) - fixture.clock.wallMs());
const mayRecycle = () => api.window.report({ from: 'shell', recoveries: {}, last: null }).mayRecycle;

it('at night and with nobody there, never by day', async () => {
  api.window.told({ word: 'painted', page: 'citizen' });
  await at('2026-11-23T15:00:00+08:00');
  expect(mayRecycle()).toBe(false);
  await at('2026-11-24T02:00:00+08:00');
  expect(mayRecycle()).toBe(true);
  await at('2026-11-24T05:00:00+08:00');
  expect(mayRecycle()).toBe(false);
});

it('never during a visit', async () => {
  await at('2026-11-24T02:00:00+08:00');
  const item = { itemCode: 'I-1', itemName: '事项', staffId: 'S-1', servedAt: null, trigger: 'business' as const };
  const visit = { caseNo: 'C-1', serviceNo: 1, ...item, inviteAtOnce: false };
  const visitId = fixture.appliance.openVisit(visit, null);
  expect(mayRecycle()).toBe(false);
  fixture.appliance.window().skip(visitId, 'citizen_left');
  expect(mayRecycle()).toBe(true);
});

it('never under a technician’s hands', async () => {
  await at('2026-11-24T02:00:00+08:00');
  api.window.told({ word: 'painted', page: 'technician' });
  expect(mayRecycle()).toBe(false);
  api.window.told({ word: 'painted', page: 'citizen' });
  expect(mayRecycle()).toBe(true);
});
