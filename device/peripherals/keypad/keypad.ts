import type { Timer } from '../../clock.ts';
import type { Level } from '../../ledger/record.ts';
import { LineTime } from '../port/line-time.ts';
import { noticeByFolder } from '../port/plug-notice.ts';
import { isOpening, type Port } from '../port/port.ts';
import { reportedPort } from '../port/reported-port.ts';
import { WriteQueue } from '../port/write-queue.ts';
import { createFrameReader } from './framing/create-frame-reader.ts';
import type { BoxKey, LineSymbol } from './framing/frame-reader.ts';
import { displayOf, greetingOf, pollOf, probeOf, promptOf } from './framing/outgoing.ts';
import type { KeyCounters, KeyEvent, Keypad, KeypadSetup, KeypadStatus } from './keypad-model.ts';
import { judgeKey, NO_PRESS_YET } from './press-rule.ts';
import type { KeypadProfile } from './profile.ts';
import { UnknownKeys } from './unknown-keys.ts';

/** Long enough for a slow pad, short enough that the next invitation finds the line free. */
const PROMPT_TIMEOUT_MS = 1000;
/** Where each byte stands alone no pause says anything. */
const ANY_PAUSE_MS = 100;
/** A pad that takes nothing is not worth a longer queue: its answers would be stale. */
const MOST_WAITING_WRITES = 8;

/** Puts together the port, the profile's framing and the rule of what counts as a press. Opens nothing yet. */
export function createKeypad(setup: KeypadSetup): Keypad {
  return new SerialKeypad(setup);
}

class SerialKeypad implements Keypad {
  readonly #setup: KeypadSetup;
  readonly #port: Port;
  readonly #levels: ReadonlyMap<string, Level>;
  readonly #unknown: UnknownKeys;
  readonly #writes: WriteQueue;
  readonly #line: LineTime;
  readonly #counters: KeyCounters = {
    presses: 0,
    bounces: 0,
    outsideInvitation: 0,
    unknown: 0,
    ignored: 0,
    withoutGrade: 0,
    boxKeys: 0,
    badFrames: 0,
  };
  #frames;
  #press = NO_PRESS_YET;
  #boxKey: { key: BoxKey; atMs: number } | null = null;
  #toldWithoutGrade = false;
  /** What stands on the digits of its call box; null for nothing. */
  #digits: { waiting: number | null; ticket: number | null } | null = null;
  #promptAgain: Timer | null = null;
  #pollAgain: Timer | null = null;

  constructor(setup: KeypadSetup) {
    const { profile, clock, notice = noticeByFolder, onEvent } = setup;
    this.#setup = setup;
    this.#levels = levelsOf(profile);
    this.#unknown = new UnknownKeys(clock, onEvent);
    this.#frames = createFrameReader(profile.framing);
    this.#line = new LineTime(clock, 'byteTimeoutMs' in profile.framing ? profile.framing.byteTimeoutMs : ANY_PAUSE_MS);
    this.#port = reportedPort(setup, {
      options: profile.serial,
      notice,
      liveness: this.#livenessOf(profile),
      onData: (bytes) => this.#read(bytes),
      onState: (event) => {
        if (isOpening(event)) this.#portOpened();
      },
    });
    // A write that fails is counted by the port; the screen invites as well, so nothing waits for it.
    this.#writes = new WriteQueue((bytes) => this.#port.write(bytes, PROMPT_TIMEOUT_MS), MOST_WAITING_WRITES);
  }

  start(): void {
    this.#port.start();
  }

  setInviting(inviting: boolean): void {
    const starts = inviting && !this.#press.inviting;
    this.#press = { ...this.#press, inviting };
    if (!inviting) this.#stopAsking();
    if (!starts) return;
    this.#toldWithoutGrade = false;
    this.#sendPrompt();
    this.#poll();
  }

  show(waiting: number | null, ticket: number | null): void {
    this.#digits = waiting === null && ticket === null ? null : { waiting, ticket };
    this.#send(displayOf(this.#setup.profile, waiting, ticket));
  }

  status(): KeypadStatus {
    const { state, lastError, counters } = this.#port;
    const error = state === 'ready' || lastError === null ? null : { code: lastError.code, hint: lastError.hint };
    return {
      profileId: this.#setup.profile.id,
      note: this.#setup.profile.note,
      inviting: this.#press.inviting,
      port: { path: this.#setup.path, state, error, counters: { ...counters } },
      keys: { ...this.#counters },
    };
  }

  async stop(): Promise<void> {
    this.setInviting(false);
    await this.#port.stop();
    this.#line.stop();
    this.#unknown.stop();
  }

  #portOpened(): void {
    // Half a frame from before a loss must not join with bytes from after it.
    this.#frames = createFrameReader(this.#setup.profile.framing);
    this.#send(greetingOf(this.#setup.profile));
    // A pad that lost its power has forgotten what it showed and that it was asked to invite.
    if (this.#digits !== null) this.show(this.#digits.waiting, this.#digits.ticket);
    if (this.#press.inviting) this.#sendPrompt();
  }

  #sendPrompt(): void {
    const { profile, clock } = this.#setup;
    this.#send(promptOf(profile));
    this.#promptAgain?.cancel();
    if (profile.deviceTimeoutMs === null) return;
    this.#promptAgain = clock.setTimer(profile.deviceTimeoutMs, () => this.#sendPrompt());
  }

  #poll(): void {
    const poll = pollOf(this.#setup.profile);
    if (poll === null) return;
    this.#pollAgain = this.#setup.clock.setTimer(poll.everyMs, () => {
      this.#send(poll.frames);
      this.#poll();
    });
  }

  #stopAsking(): void {
    this.#promptAgain?.cancel();
    this.#pollAgain?.cancel();
  }

  #livenessOf(profile: KeypadProfile) {
    if (profile.liveness === null) return null;
    return {
      rule: profile.liveness,
      probe: () => this.#send(probeOf(profile)),
      reinit: () => this.#send(greetingOf(profile)),
    };
  }

  #send(frames: readonly (readonly number[])[]): void {
    // What could not be sent now would be stale when the port is back; that begins with greeting and prompt.
    if (frames.length === 0 || !this.#isOpen()) return;
    for (const frame of frames) this.#frames.noteSent(frame, this.#line.nowMs());
    this.#writes.add(Uint8Array.from(frames.flat()));
  }

  #isOpen(): boolean {
    return this.#port.state === 'ready' || this.#port.state === 'suspect';
  }

  #read(bytes: Uint8Array): void {
    const atMonotonicMs = this.#setup.clock.monotonicMs();
    const symbols = this.#frames.feed(bytes, this.#line.heard());
    this.#send(symbols.flatMap((symbol) => (symbol.type === 'reply' ? [symbol.frame] : [])));
    for (const symbol of symbols) this.#take(symbol, atMonotonicMs);
  }

  #take(symbol: LineSymbol, atMonotonicMs: number): void {
    if (symbol.type === 'key') this.#takeKey(symbol.key, atMonotonicMs);
    if (symbol.type === 'box_key') this.#takeBoxKey(symbol.key, atMonotonicMs);
    if (symbol.type === 'bad_frame') this.#counters.badFrames += 1;
    if (UNHEEDED.has(symbol.type)) this.#counters.ignored += 1;
    if (symbol.type !== 'unknown') return;
    this.#counters.unknown += 1;
    this.#unknown.note(symbol.byte);
  }

  #takeKey(key: string, atMonotonicMs: number): void {
    const { state, verdict } = judgeKey(this.#press, atMonotonicMs, this.#setup.profile.debounceMs);
    this.#press = state;
    if (verdict === 'bounce') this.#counters.bounces += 1;
    if (verdict === 'outside') this.#counters.outsideInvitation += 1;
    if (verdict !== 'press') return;
    const level = this.#levels.get(key);
    if (level === undefined) this.#pressedWithoutGrade(atMonotonicMs);
    else this.#pressed({ type: 'key', key, level, atMonotonicMs });
  }

  #pressed(event: KeyEvent): void {
    this.#counters.presses += 1;
    this.#setup.onKey(event);
  }

  #pressedWithoutGrade(atMonotonicMs: number): void {
    this.#counters.withoutGrade += 1;
    if (this.#toldWithoutGrade) return;
    this.#toldWithoutGrade = true;
    this.#setup.onEvent({ type: 'key_without_grade', atMonotonicMs });
  }

  #takeBoxKey(key: BoxKey, atMonotonicMs: number): void {
    const before = this.#boxKey;
    this.#boxKey = { key, atMs: atMonotonicMs };
    const repeats = before?.key === key && atMonotonicMs - before.atMs < this.#setup.profile.debounceMs;
    if (repeats) this.#counters.bounces += 1;
    if (repeats) return;
    this.#counters.boxKeys += 1;
    this.#setup.onBoxKey?.({ type: 'box_key', key, atMonotonicMs });
  }
}

const UNHEEDED: ReadonlySet<LineSymbol['type']> = new Set(['ignored', 'other_window', 'answer']);

/** Empty for a pad that may not grade, whatever its labels say. */
function levelsOf({ completion, levels }: KeypadProfile): Map<string, Level> {
  const graded = new Map<string, Level>();
  if (completion === 'prompt-only') return graded;
  for (const { key, level } of levels) if (level !== null) graded.set(key, level);
  return graded;
}
