import { vi } from 'vitest';
import { z } from 'zod';
import type { DemoProcess } from './demo-process.ts';

const visitAnswer = z.strictObject({ visitId: z.string(), state: z.enum(['open', 'closed']) });
const SERVED_BEFORE_MS = 60_000;

/** A visit of an invented case, whose rating screen opens as soon as it is at the window. @returns its id */
export async function openVisit(demo: DemoProcess, caseNo: string, more: object = {}): Promise<string> {
  const response = await demo.api('/visits', {
    caseNo,
    itemCode: 'T-001',
    itemName: '居民身份证换领',
    staffId: 'trial-1',
    servedAt: new Date(Date.now() - SERVED_BEFORE_MS).toISOString(),
    invite: true,
    ...more,
  });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return visitAnswer.parse(await response.json()).visitId;
}

/** Against a hang alone: a line in trouble may rightly rest for a minute (`sync/retry.ts`). */
const NEVER_MS = 150_000;

/** Asks again until `check` does not throw; fails with its last error when the limit is over. */
export const eventually = (check: () => void | Promise<void>, limitMs = NEVER_MS): Promise<void> =>
  vi.waitFor(check, { timeout: limitMs, interval: 50 });
