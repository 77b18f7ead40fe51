import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { receiptCodeOf } from '../../device/ledger/receipt-code.ts';
import { formatTime } from '../../device/time.ts';
import type { ReferenceCentre } from './centre.ts';
import { type ManualClock, START_MS, startCentre, TestDevice } from './fixture.ts';

let centre: ReferenceCentre;
let clock: ManualClock;
let device: TestDevice;
beforeEach(async () => {
  ({ centre, clock } = await startCentre());
  device = await new TestDevice(centre.url, clock).enrol();
});
afterEach(() => centre.close());

const ask = (code: string) => fetch(`${centre.url}/receipts/${encodeURIComponent(code)}`);

it('a code is unknown until its rating is here, and then answered without grade, case or person', async () => {
  const rating = device.rating(uuidv7());
  const code = receiptCodeOf(rating.hash);
  const before = await ask(code);
  expect([before.status, await before.json()]).toMatchObject([404, { code: 'receipt_unknown' }]);
  await device.deliver([rating]);
  const after = await ask(code.toLowerCase().replace('-', ' '));
  expect(await after.json()).toEqual({ code, state: 'received', unchanged: true, receivedAt: formatTime(START_MS) });
});

it('the code of another record, or of the same one changed, is not answered', async () => {
  const visit = device.visit(uuidv7());
  await device.deliver([visit, device.rating(uuidv7())]);
  expect((await ask(receiptCodeOf(visit.hash))).status).toBe(404);
  expect((await ask('0000-0000')).status).toBe(404);
});

it.each(['7H2K', 'UUUU-UUUU', '<script>'])('%j is no code', async (code) => {
  expect((await ask(code)).status).toBe(400);
});
