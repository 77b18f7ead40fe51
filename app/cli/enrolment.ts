import { setTimeout as delay } from 'node:timers/promises';
import type { EnrolmentAnswer, EnrolmentRequest, TechnicianStatus } from '../server/technician/status.ts';

const RETRY_MS = 500;
const GIVE_UP_AFTER_MS = 60_000;

export interface EnrolmentPatience {
  /** How long an approval, an agent or a centre may be waited for; a minute unless told. */
  giveUpAfterMs?: number;
  /** Told of each answer that is not the last one. */
  onWaiting?: (why: string) => void;
}

/** @throws Error with the answer's words where it is no 2xx */
export async function ask<T>(url: URL, init?: RequestInit): Promise<T> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`${url.pathname}: ${await response.text()}`);
  return (await response.json()) as T;
}

/**
 * Enrols a running device over the technician's own routes, as a person would; an enrolled one is left as it is.
 * Waits for an approval and for an agent or centre that is still starting.
 * @param technician URL of the technician's page
 * @throws Error with the refusal's words
 */
export async function enrolAt(
  technician: string,
  request: EnrolmentRequest,
  { giveUpAfterMs = GIVE_UP_AFTER_MS, onWaiting }: EnrolmentPatience = {},
): Promise<void> {
  const status = await ask<TechnicianStatus>(new URL('/technician/status', technician));
  if (status.provisioned) return;
  const giveUpAt = performance.now() + giveUpAfterMs;
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) };
  for (;;) {
    const answer = await ask<EnrolmentAnswer>(new URL('/technician/enrolment', technician), init);
    if (answer.outcome === 'enrolled') return;
    const why = answer.outcome === 'waiting' ? 'waiting for approval' : `${answer.code}: ${answer.message}`;
    if (answer.outcome === 'refused' || performance.now() > giveUpAt) throw new Error(`enrolment: ${why}`);
    onWaiting?.(why);
    await delay(answer.outcome === 'waiting' ? Math.min(answer.retryAfterS, 5) * 1000 : RETRY_MS);
  }
}
