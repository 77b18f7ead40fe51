import { setTimeout as delay } from 'node:timers/promises';
import type { EnrolmentOrder } from '../../device/identity/enrolment-order.ts';
import type { EnrolmentAnswer, TechnicianStatus } from '../server/technician/status.ts';

const RETRY_MS = 500;
const GIVE_UP_AFTER_MS = 60_000;
const ANSWER_LIMIT_MS = 30_000;

export interface EnrolmentPatience {
  /** How long an approval, an agent or a centre may be waited for; a minute unless told. */
  giveUpAfterMs?: number;
  /** Told of each answer that is not the last one. */
  onWaiting?: (why: string) => void;
}

/** Where a device's technician routes answer, and the token that opens them to a command; null in trial mode. */
export interface TechnicianDoor {
  /** URL of the technician's page. */
  url: string;
  console: string | null;
}

/** @throws Error with status and words of the answer where it is no 2xx; `TimeoutError` where none came in time */
export async function ask<T>(
  door: TechnicianDoor,
  path: string,
  body?: unknown,
  timeLimitMs: number = ANSWER_LIMIT_MS,
): Promise<T> {
  const url = new URL(path, door.url);
  const headers: Record<string, string> = door.console === null ? {} : { authorization: `Bearer ${door.console}` };
  const post = {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const init = body === undefined ? { headers } : post;
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeLimitMs) });
  if (!response.ok) throw new Error(`${url.pathname}: HTTP ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/**
 * Enrols a running device over the technician's own routes, as a person would; an enrolled one is left as it is.
 * Waits for an approval and for an agent or centre that is still starting.
 * @param door of the technician's side
 * @throws Error with the refusal's words
 */
export async function enrolAt(
  door: TechnicianDoor,
  request: EnrolmentOrder,
  { giveUpAfterMs = GIVE_UP_AFTER_MS, onWaiting }: EnrolmentPatience = {},
): Promise<void> {
  const status = await ask<TechnicianStatus>(door, '/technician/status');
  if (status.provisioned && request.renew !== true) return;
  const giveUpAt = performance.now() + giveUpAfterMs;
  for (;;) {
    const answer = await ask<EnrolmentAnswer>(door, '/technician/enrolment', request);
    if (answer.outcome === 'enrolled') return;
    const why = answer.outcome === 'waiting' ? 'waiting for approval' : `${answer.code}: ${answer.message}`;
    if (answer.outcome === 'refused' || performance.now() > giveUpAt) throw new Error(`enrolment: ${why}`);
    onWaiting?.(why);
    await delay(answer.outcome === 'waiting' ? Math.min(answer.retryAfterS, 5) * 1000 : RETRY_MS);
  }
}
