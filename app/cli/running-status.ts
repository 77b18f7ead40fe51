import type { TechnicianStatus } from '../server/technician/status.ts';
import { ask } from './enrolment.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

/** Longer than the slowest self-test of a device that works. */
const TIME_LIMIT_MS = 30_000;

export type RunningStatus =
  | { kind: 'answers'; status: TechnicianStatus }
  | { kind: 'not_running' }
  /** Something holds its door and does not say how it is: it hangs, or refuses us. Never to be taken for nobody. */
  | { kind: 'silent'; why: string };

/** What the device on a data folder says of itself. @param timeLimitMs how long it may take to answer */
export async function runningStatus(dataDir: string, timeLimitMs: number = TIME_LIMIT_MS): Promise<RunningStatus> {
  const door = doorOf(readRuntime(dataDir));
  if (door === null) return { kind: 'not_running' };
  try {
    const status = await ask<TechnicianStatus>(door, '/technician/status', undefined, timeLimitMs);
    return { kind: 'answers', status };
  } catch (error) {
    // The note was left by a device that was cut off: nobody listens at its port.
    if (causeOf(error) === 'ECONNREFUSED') return { kind: 'not_running' };
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return { kind: 'silent', why: isLate ? `no answer within ${timeLimitMs / 1000} s` : reasonOf(error) };
  }
}

function causeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && 'code' in cause ? cause.code : null;
}

/** `fetch failed` alone says nothing. */
function reasonOf(error: unknown): string {
  const cause = causeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return typeof cause === 'string' ? `${message} (${cause})` : message;
}
