import { expect, it } from 'vitest';
import { runFuzz } from '../fuzz/run.ts';
import { chooseSeed } from '../support/random.ts';

/** `npm run fuzz` sends a million; here a smaller number by a seed of its own each time. */
const REQUESTS = 1500;

it('no request without right has an effect, and none breaks a listener', async () => {
  const report = await runFuzz(REQUESTS, chooseSeed());
  process.stdout.write(`fuzz: ${report.sent} requests, seed ${report.seed}, ${JSON.stringify(report.ends)}\n`);
  expect(report.broken).toEqual([]);
  expect(report.sent).toBeGreaterThanOrEqual(REQUESTS);
  // Some are let in, some refused for who they are, some for what they say.
  const { request } = report.ends;
  expect(request).toMatchObject({ 200: expect.any(Number), 400: expect.any(Number), 401: expect.any(Number) });
});
