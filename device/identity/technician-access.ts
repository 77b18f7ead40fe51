import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { writeDurably } from '../durable-file.ts';
import { CodedError } from '../errors.ts';
import { ACCESS_ROLES, type AccessRole, hourOf, readAccessCode } from './access-code.ts';

/**
 * - `code_wrong`: it opens nothing here and now.
 * - `code_used`: it opened this device before.
 * - `access_locked`: too many wrong codes; the text says how long to wait.
 */
export type AccessErrorCode = 'code_wrong' | 'code_used' | 'access_locked';
export class AccessError extends CodedError<AccessErrorCode> {}

export interface AccessSession {
  role: AccessRole;
  /** Until it locks itself, ms. */
  remainingMs: number;
}

export interface TechnicianAccessOptions {
  /** The folder in which used codes and wrong tries outlive a restart. */
  dataDir: string;
  clock: Clock;
  /** The code key in force, 32 bytes. */
  key: () => Buffer;
  /** Null on a bare device, which no code opens. */
  deviceId: () => string | null;
  /** A fact that must leave a trace. */
  note: (type: 'technician_entered' | 'technician_locked_out', detail: Record<string, string | number>) => void;
}

const SESSION_MS = 15 * 60_000;
const MAX_WRONG = 5;
const LOCK_MS = 15 * 60_000;
/** A used code is remembered while any clock could still take it. */
const REMEMBER_HOURS = 3;
const FILE = 'technician-access.json';

const stateSchema = z.strictObject({
  used: z.array(z.strictObject({ hour: z.int(), role: z.enum(ACCESS_ROLES) })).max(100),
  /** Wall times of wrong codes, ms since 1970. */
  wrongAt: z.array(z.number()).max(100),
});
type State = z.infer<typeof stateSchema>;

/** Who may use the maintenance page, and for how long. Sessions end with the process at the latest. */
export class TechnicianAccess {
  readonly #options: TechnicianAccessOptions;
  readonly #sessions = new Map<string, { role: AccessRole; endsAtMs: number }>();

  constructor(options: TechnicianAccessOptions) {
    this.#options = options;
  }

  /**
   * Opens a session of at most a quarter of an hour. A code opens once; that is durable before the session is.
   * @throws AccessError `code_wrong`, `code_used`, `access_locked`
   */
  enter(code: string): { token: string } & AccessSession {
    const { clock, deviceId, key, note } = this.#options;
    const nowMs = clock.wallMs();
    const state = this.#load(nowMs);
    refuseWhileLocked(state, nowMs);
    const id = deviceId();
    const read = id === null ? null : readAccessCode(key(), id, code, nowMs);
    if (read === null) return this.#refuse(state, nowMs);
    if (state.used.some(({ hour, role }) => hour === read.hour && role === read.role)) throw used();
    this.#save({ used: [...state.used, read], wrongAt: [] });
    note('technician_entered', { role: read.role });
    return this.#open(read.role);
  }

  /**
   * Opens a session without a code, for whoever has just enrolled this device: until then it was open to them, and the
   * tests after it are the same person's. Once a boot at most, since a device is enrolled once.
   */
  admit(): { token: string } & AccessSession {
    this.#options.note('technician_entered', { role: 'change', by: 'enrolment' });
    return this.#open('change');
  }

  #open(role: AccessRole): { token: string } & AccessSession {
    const token = randomBytes(32).toString('base64url');
    this.#sessions.set(token, { role, endsAtMs: this.#options.clock.monotonicMs() + SESSION_MS });
    return { token, role, remainingMs: SESSION_MS };
  }

  /** The session of a token; null where there is none or its time is over. */
  session(token: string | null): AccessSession | null {
    const session = token === null ? undefined : this.#sessions.get(token);
    if (token === null || session === undefined) return null;
    const remainingMs = session.endsAtMs - this.#options.clock.monotonicMs();
    if (remainingMs > 0) return { role: session.role, remainingMs };
    this.#sessions.delete(token);
    return null;
  }

  /** Ends every session at once, whoever asks: locking needs no right. */
  lock(): void {
    this.#sessions.clear();
  }

  #refuse(state: State, nowMs: number): never {
    const wrongAt = [...state.wrongAt, nowMs];
    this.#save({ ...state, wrongAt });
    if (wrongAt.length >= MAX_WRONG) {
      this.#options.note('technician_locked_out', { tries: wrongAt.length });
      refuseWhileLocked({ ...state, wrongAt }, nowMs);
    }
    const hint = 'Compare device id, date and hour with whoever issued it; a code is good for its hour.';
    throw new AccessError('code_wrong', 'this code does not open this device now', { next: 'refuse', hint });
  }

  /** A torn file counts as empty: it guards against guessing only, and its writer replaces it whole. */
  #load(nowMs: number): State {
    const kept = readState(join(this.#options.dataDir, FILE)) ?? { used: [], wrongAt: [] };
    return {
      used: kept.used.filter(({ hour }) => Math.abs(hour - hourOf(nowMs)) <= REMEMBER_HOURS),
      // A time ahead is of a clock that was set back since; it must not lock for ever.
      wrongAt: kept.wrongAt.filter((atMs) => atMs <= nowMs && nowMs - atMs < LOCK_MS),
    };
  }

  #save(state: State): void {
    writeDurably(join(this.#options.dataDir, FILE), JSON.stringify(state));
  }
}

function readState(path: string): State | null {
  try {
    return stateSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null; // not there yet, or torn: see #load
  }
}

function refuseWhileLocked({ wrongAt }: State, nowMs: number): void {
  if (wrongAt.length < MAX_WRONG) return;
  const minutes = Math.max(1, Math.ceil(((wrongAt.at(-1) ?? nowMs) + LOCK_MS - nowMs) / 60_000));
  throw new AccessError('access_locked', `too many wrong codes; locked for ${minutes} more minutes`, {
    next: 'retry',
    hint: `Wait ${minutes} minutes, then ask for a fresh code.`,
  });
}

function used(): AccessError {
  const hint = 'Each code opens once: ask for one of the other role, or wait for the next hour.';
  return new AccessError('code_used', 'this code was used before', { next: 'refuse', hint });
}
