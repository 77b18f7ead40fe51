import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Timer } from '../clock.ts';
import { type EventDetail, eventEntry, type WindowEntry } from '../entry.ts';
import type { Rules } from '../rules.ts';
import { afterRightPin, afterWrongPin, type LockOut, lockedForMs } from './lock-out.ts';
import { NOBODYS_PIN, pinFits } from './pin-hash.ts';
import { isReplacedBy, isStillGranted, type Roster, type Session, sessionsSchema, sha256Text } from './session.ts';
import { shiftEnd } from './shift.ts';
import { StaffError } from './staff-error.ts';

export interface StaffStore {
  append(entries: readonly WindowEntry[], also: { state: Record<string, string | null> }): unknown;
  state(key: string): string | null;
}

export interface StaffDeskOptions {
  store: StaffStore;
  clock: Clock;
  rules: () => Rules;
  roster: () => Roster;
  /** While somebody is being served, the shift is not over. */
  isWindowBusy: () => boolean;
  onChange: () => void;
  /** A session's end could not be noted; it has ended all the same. */
  onFault: (error: unknown) => void;
}

const SESSIONS = 'staff-sessions';
const LOCKS = 'staff-locks';
const locksSchema = z.array(
  z.strictObject({ key: z.string(), wrong: z.number(), locks: z.number(), until: z.number() }),
);
/** Each sign-in costs a tenth of a second of a core; a queue longer than this is an attack. */
const MAX_QUEUE = 8;
const LOOK_AGAIN_MS = 60_000;

type EndCause = 'staff' | 'shift' | 'replaced' | 'configuration';

/**
 * Who of the roster is signed in. Guesses and sessions are durable before anybody is answered, so that pulling the plug
 * neither gives further guesses nor throws anybody out.
 */
export class StaffDesk {
  readonly #options: StaffDeskOptions;
  #sessions: Session[];
  #locks: LockOut;
  #queue: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #timer: Timer | null = null;

  constructor(options: StaffDeskOptions) {
    this.#options = options;
    this.#sessions = sessionsSchema.parse(JSON.parse(options.store.state(SESSIONS) ?? '[]'));
    this.#locks = locksSchema.parse(JSON.parse(options.store.state(LOCKS) ?? '[]'));
    this.#schedule();
  }

  /**
   * @param number as on the badge; @param pin as typed
   * @returns the token of the new session, to be told to that browser alone
   * @throws StaffError `pin_wrong`, `sign_in_locked`, `sign_in_busy`; or the store's error, and nobody is signed in
   */
  async signIn(number: string, pin: string): Promise<{ token: string; session: Session }> {
    if (this.#queued >= MAX_QUEUE) throw new StaffError('sign_in_busy', 'too many sign-ins at once');
    this.#queued += 1;
    // One after the other: guesses made at once would all be judged before the first is counted.
    const mine = this.#queue.then(() => this.#signIn(number, pin));
    this.#queue = mine.catch(() => undefined);
    return mine.finally(() => {
      this.#queued -= 1;
    });
  }

  async #signIn(number: string, pin: string): Promise<{ token: string; session: Session }> {
    const { clock, roster } = this.#options;
    this.#refuseLocked(number);
    const person = roster().people.find((one) => one.number === number && one.pinHash !== undefined);
    const fits = await pinFits(pin, person?.pinHash ?? NOBODYS_PIN);
    if (!fits || person?.pinHash === undefined) return this.#wrong(number, person?.id ?? null);
    const token = randomBytes(32).toString('base64url');
    const session: Session = {
      tokenSha256: sha256Text(token),
      staffId: person.id,
      role: roster().roleOf(person.id),
      pinSha256: sha256Text(person.pinHash),
      endsAt: shiftEnd(clock.wallMs(), roster().hours),
    };
    const replaced = this.#sessions.filter((one) => isReplacedBy(one, session));
    const sessions = [...this.#sessions.filter((one) => !replaced.includes(one)), session];
    const locks = afterRightPin(this.#locks, number);
    this.#keep(
      [
        ...replaced.map(({ staffId }) => this.#event('staff_signed_out', { staffId, cause: 'replaced' })),
        this.#event('staff_signed_in', { staffId: session.staffId, role: session.role }),
      ],
      { sessions, locks },
    );
    return { token, session };
  }

  #refuseLocked(number: string): void {
    const lockedMs = lockedForMs(this.#locks, number, this.#options.clock.wallMs());
    if (lockedMs === 0) return;
    const seconds = Math.ceil(lockedMs / 1000);
    throw new StaffError('sign_in_locked', 'too many wrong PINs for this number', seconds);
  }

  #wrong(number: string, staffId: string | null): never {
    const { next, lockedMs } = afterWrongPin(this.#locks, number, this.#options.clock.wallMs());
    const lockS = Math.ceil(lockedMs / 1000);
    this.#keep(lockedMs === 0 ? [] : [this.#event('staff_locked_out', { staffId, lockS })], { locks: next });
    if (lockedMs > 0) throw new StaffError('sign_in_locked', 'too many wrong PINs for this number', lockS);
    throw new StaffError('pin_wrong', 'number or PIN is wrong');
  }

  /** Whose session a token is; null where it is none or over. */
  session(token: string): Session | null {
    const tokenSha256 = sha256Text(token);
    return this.#sessions.find((one) => one.tokenSha256 === tokenSha256 && !this.#isOver(one)) ?? null;
  }

  /** The person at the window; null while nobody is signed in there. */
  atWindow(): string | null {
    return this.#sessions.find((one) => one.role === 'window' && !this.#isOver(one))?.staffId ?? null;
  }

  /** @throws the store's error: the session stands then */
  signOut(token: string): void {
    const session = this.session(token);
    if (session !== null) this.#end([session], 'staff');
  }

  /** To be called when a configuration came into force. */
  configurationChanged(): void {
    const roster = this.#options.roster();
    this.#end(
      this.#sessions.filter((session) => !isStillGranted(session, roster)),
      'configuration',
    );
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #isOver({ endsAt, role }: Session): boolean {
    return this.#options.clock.wallMs() >= endsAt && !(role === 'window' && this.#options.isWindowBusy());
  }

  #end(ending: readonly Session[], cause: EndCause): void {
    if (ending.length === 0) return;
    this.#keep(
      ending.map(({ staffId }) => this.#event('staff_signed_out', { staffId, cause })),
      { sessions: this.#sessions.filter((session) => !ending.includes(session)) },
    );
  }

  #event(type: string, detail: EventDetail): WindowEntry {
    return eventEntry(type, detail, this.#options.rules(), this.#options.clock.wallMs());
  }

  #keep(entries: readonly WindowEntry[], next: { sessions?: Session[]; locks?: LockOut }): void {
    const state = {
      ...(next.sessions === undefined ? {} : { [SESSIONS]: JSON.stringify(next.sessions) }),
      ...(next.locks === undefined ? {} : { [LOCKS]: JSON.stringify(next.locks) }),
    };
    this.#options.store.append(entries, { state });
    this.#sessions = next.sessions ?? this.#sessions;
    this.#locks = next.locks ?? this.#locks;
    this.#schedule();
    this.#options.onChange();
  }

  #schedule(): void {
    this.#timer?.cancel();
    const next = Math.min(...this.#sessions.map(({ endsAt }) => endsAt));
    if (!Number.isFinite(next)) return;
    const { clock } = this.#options;
    // The wall may be stepped meanwhile, and somebody may still be served: looked at once a minute at least.
    const delayMs = Math.min(Math.max(next - clock.wallMs(), 1_000), LOOK_AGAIN_MS);
    this.#timer = clock.setTimer(delayMs, () => this.#look());
  }

  #look(): void {
    try {
      this.#end(
        this.#sessions.filter((session) => this.#isOver(session)),
        'shift',
      );
    } catch (error) {
      this.#options.onFault(error);
    }
    this.#schedule();
  }
}
