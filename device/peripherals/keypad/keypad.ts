import type { Clock } from '../../clock.ts';
import type { Level } from '../../ledger/record.ts';
import type { PortOpener } from '../port/opener.ts';
import { type OutageEvent, Outages } from '../port/outages.ts';
import { type IdentifyPath, identifyByStat } from '../port/path-identity.ts';
import { Port, type PortCounters, type PortState } from '../port/port.ts';
import type { PortErrorCode } from '../port/port-error.ts';
import { createFrameReader, type LineSymbol } from './framing/frame-reader.ts';
import { judgeKey, NO_PRESS_YET } from './press-rule.ts';
import type { KeypadProfile } from './profile.ts';
import { type UnknownKeyEvent, UnknownKeys } from './unknown-keys.ts';

/** Long enough for a slow pad, short enough that the next invitation finds the line free. */
const PROMPT_TIMEOUT_MS = 1000;

/** One press of a grade key while inviting. */
export interface KeyEvent {
  type: 'key';
  key: string;
  level: Level;
  atMonotonicMs: number;
}

/** What the ledger should keep of the pad's troubles: flat, without any grade. */
export type KeypadEvent = UnknownKeyEvent | OutageEvent;

/** Symbols by what became of them, since the start of the process. */
interface KeyCounters {
  presses: number;
  bounces: number;
  outsideInvitation: number;
  unknown: number;
  ignored: number;
}

export interface KeypadStatus {
  profileId: string;
  inviting: boolean;
  port: { path: string; state: PortState; error: { code: PortErrorCode; hint: string } | null; counters: PortCounters };
  keys: KeyCounters;
}

export interface KeypadSetup {
  profile: KeypadProfile;
  /** Path of the serial port, best a stable one below /dev/serial/by-id. */
  path: string;
  opener: PortOpener;
  clock: Clock;
  /** How the port's path is watched; by the file system where left out. */
  identify?: IdentifyPath;
  /** Must not throw. */
  onKey: (event: KeyEvent) => void;
  /** Must not throw. At most one unknown_key event per 60 s, and outages as port/outages.ts makes them. */
  onEvent: (event: KeypadEvent) => void;
}

/** A button box. None of its methods throws or rejects, whatever the line does. */
export interface Keypad {
  /** Opens the port, and keeps it open from now on. */
  start(): void;
  /**
   * Keys count only while inviting. A start sends the profile's prompt, as does a port that comes back meanwhile;
   * repeating a value does nothing.
   */
  setInviting(inviting: boolean): void;
  /** For the technician: carries counts, never a grade. */
  status(): KeypadStatus;
  /** Final. Resolves when port and timers are gone. */
  stop(): Promise<void>;
}

/** Puts together the port, the profile's framing and the rule of what counts as a press. Opens nothing yet. */
export function createKeypad(setup: KeypadSetup): Keypad {
  return new SerialKeypad(setup);
}

class SerialKeypad implements Keypad {
  readonly #setup: KeypadSetup;
  readonly #port: Port;
  readonly #levels: ReadonlyMap<string, Level>;
  readonly #unknown: UnknownKeys;
  readonly #counters: KeyCounters = { presses: 0, bounces: 0, outsideInvitation: 0, unknown: 0, ignored: 0 };
  #frames;
  #press = NO_PRESS_YET;

  constructor(setup: KeypadSetup) {
    const { profile, path, opener, clock, identify = identifyByStat, onEvent } = setup;
    const outages = new Outages(clock, onEvent);
    this.#setup = setup;
    this.#levels = new Map(profile.levels.map((entry) => [entry.key, entry.level]));
    this.#unknown = new UnknownKeys(clock, onEvent);
    this.#frames = createFrameReader(profile.framing);
    this.#port = new Port({
      path,
      options: profile.serial,
      opener,
      identify,
      clock,
      onData: (bytes) => this.#read(bytes),
      onState: (event) => {
        outages.note(event);
        if (event.to === 'ready') this.#portReady();
      },
    });
  }

  start(): void {
    this.#port.start();
  }

  setInviting(inviting: boolean): void {
    const starts = inviting && !this.#press.inviting;
    this.#press = { ...this.#press, inviting };
    if (starts) this.#sendPrompt();
  }

  status(): KeypadStatus {
    const { state, lastError, counters } = this.#port;
    const error = state === 'ready' || lastError === null ? null : { code: lastError.code, hint: lastError.hint };
    return {
      profileId: this.#setup.profile.id,
      inviting: this.#press.inviting,
      port: { path: this.#setup.path, state, error, counters: { ...counters } },
      keys: { ...this.#counters },
    };
  }

  async stop(): Promise<void> {
    this.#press = { ...this.#press, inviting: false };
    await this.#port.stop();
    this.#unknown.stop();
  }

  #portReady(): void {
    // Half a frame from before a loss must not join with bytes from after it.
    this.#frames = createFrameReader(this.#setup.profile.framing);
    // A pad that lost its power has forgotten that it was asked to invite.
    if (this.#press.inviting) this.#sendPrompt();
  }

  #sendPrompt(): void {
    const prompt = this.#setup.profile.prompt;
    // A prompt that fails is counted by the port; the screen invites as well, so nothing waits for it.
    if (prompt.length > 0) void this.#port.write(Uint8Array.from(prompt), PROMPT_TIMEOUT_MS);
  }

  #read(bytes: Uint8Array): void {
    const atMonotonicMs = this.#setup.clock.monotonicMs();
    for (const symbol of this.#frames.feed(bytes)) this.#take(symbol, atMonotonicMs);
  }

  #take(symbol: LineSymbol, atMonotonicMs: number): void {
    if (symbol.type === 'key') this.#takeKey(symbol.key, atMonotonicMs);
    else this.#counters[symbol.type] += 1;
    if (symbol.type === 'unknown') this.#unknown.note(symbol.byte);
  }

  #takeKey(key: string, atMonotonicMs: number): void {
    const { state, verdict } = judgeKey(this.#press, atMonotonicMs, this.#setup.profile.debounceMs);
    this.#press = state;
    if (verdict === 'bounce') this.#counters.bounces += 1;
    if (verdict === 'outside') this.#counters.outsideInvitation += 1;
    const level = this.#levels.get(key);
    if (verdict !== 'press' || level === undefined) return;
    this.#counters.presses += 1;
    this.#setup.onKey({ type: 'key', key, level, atMonotonicMs });
  }
}
