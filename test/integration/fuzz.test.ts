import { expect, it } from 'vitest';
import { runFuzz } from '../fuzz/run.ts';
import { chooseSeed } from '../support/random.ts';

/** `npm run fuzz` sends a million; here a smaller number by a seed of its own each time. */
const REQUESTS = 2000;

it('no request without right has an effect, and none at all breaks a listener', async () => {
  const report = await runFuzz(REQUESTS, chooseSeed());
  process.stdout.write(`fuzz: ${report.sent} requests, seed ${report.seed}, ${JSON.stringify(report.statuses)}\n`);
  expect(report).toMatchObject({ sent: REQUESTS, broken: [], unauthorisedEffect: false, faults: [] });
  // It reaches the routes: some are let in, some refused for who they are, some for what they say.
  expect(report.statuses).toMatchObject({ 200: expect.any(Number), 400: expect.any(Number), 401: expect.any(Number) });
});
