import type { LedgerRecord, Level } from '../../device/ledger/record.ts';
import type { VisitState } from '../../device/visit/machine.ts';
import type { Attempt } from './network.ts';

/** What people did, saw and were told: written down as it happens, judged at the end (checker/). */

export interface Gesture {
  level: Level;
  channel: 'touch' | 'keypad';
  atMs: number;
  /** The window took it; null where its process died over it. */
  taken: boolean | null;
}

/** A rating as the screen showed it back. */
export interface Shown {
  level: Level;
  tags: string[];
  comment: string;
  revision: number;
  /** Whether what is shown is kept; words in the making are not, until the screen says thanks. */
  isKept: boolean;
}

export interface Story {
  deviceId: string;
  visitId: string;
  openedMs: number;
  /** The business system has its answer. */
  isAcknowledged: boolean;
  /** True time since the rating screen stands without a break; null while it does not. */
  invitedMs: number | null;
  gestures: Gesture[];
  shown: Shown | null;
  /** What the screen promised for good. */
  promised: Shown | null;
  phoneLevel: Level | null;
}

/** Complaints that cannot wait for the end. */
export interface Complaint {
  promise: string;
  detail: string;
}

/** What a device's ledger went on to hold before a copy of earlier days was put in its place. */
export interface Cut {
  atMs: number;
  /** The last record that the copy holds too. */
  from: { seq: number; hash: string };
  /** What it no longer knows, in order. */
  records: LedgerRecord[];
  /** Those of them that had a receipt, by id. */
  delivered: Set<string>;
}

interface Span {
  fromMs: number;
  toMs: number;
}

/** When everything that delivery needs was well, without a break. */
class Health {
  readonly #ails = new Set<string>();
  readonly #spans: Span[] = [];
  #wellSinceMs: number | null = null;

  set(ail: string, isOn: boolean, nowMs: number): void {
    if (isOn) this.#ails.add(ail);
    else this.#ails.delete(ail);
    if (this.#ails.size === 0) this.#wellSinceMs ??= nowMs;
    else if (this.#wellSinceMs !== null) {
      this.#spans.push({ fromMs: this.#wellSinceMs, toMs: nowMs });
      this.#wellSinceMs = null;
    }
  }

  /** The longest unbroken time of well-being between two moments, ms. */
  longestWithin(fromMs: number, toMs: number): number {
    const open = this.#wellSinceMs === null ? [] : [{ fromMs: this.#wellSinceMs, toMs: Number.POSITIVE_INFINITY }];
    const lengths = [...this.#spans, ...open].map((span) => Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs));
    return Math.max(0, ...lengths);
  }
}

export class DeviceHistory {
  readonly deviceId: string;
  readonly health = new Health();
  /** By visit id. */
  readonly stories = new Map<string, Story>();
  /** True time at which each record was committed, by id. */
  readonly recordedMs = new Map<string, number>();
  /** One list per life of the agent. */
  readonly attempts: Attempt[][] = [];
  readonly staffViews: string[] = [];
  /** Records that were refused for a while, or whose bit flipped: nobody could deliver them in time. */
  readonly setAside = new Set<string>();
  readonly damaged = new Set<string>();
  /** Histories that ended with their disk; the device's own goes on from an earlier moment each time. */
  readonly cuts: Cut[] = [];
  readonly complaints: Complaint[] = [];

  constructor(deviceId: string) {
    this.deviceId = deviceId;
  }

  story(visitId: string, nowMs: number): Story {
    const known = this.stories.get(visitId);
    if (known !== undefined) return known;
    const fresh = { deviceId: this.deviceId, visitId, openedMs: nowMs, invitedMs: null, isAcknowledged: false };
    const story: Story = { ...fresh, gestures: [], shown: null, promised: null, phoneLevel: null };
    this.stories.set(visitId, story);
    return story;
  }

  /** A commit of the window is on the disk. */
  committed(records: readonly LedgerRecord[], nowMs: number): void {
    for (const record of records) {
      this.recordedMs.set(record.id, nowMs);
      if (record.kind === 'visit') this.story(record.body.visitId, nowMs);
      if (record.kind === 'not_rated' && record.body.reason === 'timeout') this.#timedOut(record.body.visitId, nowMs);
    }
  }

  /** The agent opened its line anew: failures count from here, and those of the old line for nothing. */
  newLine(nowMs: number): void {
    this.#lineSinceMs = nowMs;
    this.attempts.push([]);
  }

  attempted(attempt: Attempt): void {
    if (attempt.sentAtMs >= this.#lineSinceMs) this.attempts.at(-1)?.push(attempt);
  }

  /** What the citizen's page shows now. */
  screen({ name, context }: VisitState, nowMs: number): void {
    const { current, rating, draft } = context;
    if (name === 'thanks') this.#thanked();
    for (const story of this.stories.values()) {
      if (story.invitedMs !== null && (name !== 'inviting' || story.visitId !== current?.visitId))
        story.invitedMs = null;
    }
    if (current === null) return;
    const story = this.story(current.visitId, nowMs);
    if (name === 'inviting') story.invitedMs ??= nowMs;
    if (name !== 'reasons' || rating === null) return;
    const words = draft ?? rating;
    const { level, revision } = rating;
    story.shown = { level, tags: words.tags, comment: words.comment, revision, isKept: draft === null };
    if (story.shown.isKept) story.promised = story.shown;
    this.#lastShown = story;
  }

  /** The screen went dark: nobody is promised anything by what was on it. */
  dark(): void {
    for (const story of this.stories.values()) story.invitedMs = null;
    this.#lastShown = null;
  }

  complain(promise: string, detail: string): void {
    this.complaints.push({ promise, detail });
  }

  #lastShown: Story | null = null;
  #lineSinceMs = 0;

  #thanked(): void {
    const story = this.#lastShown;
    this.#lastShown = null;
    if (story?.shown == null || story.shown.isKept) return;
    // Thanked for words that were still in the making: they are the next revision.
    story.promised = { ...story.shown, revision: story.shown.revision + 1, isKept: true };
  }

  #timedOut(visitId: string, nowMs: number): void {
    const story = this.story(visitId, nowMs);
    if (story.invitedMs === null) return;
    const stoodS = (nowMs - story.invitedMs) / 1000;
    if (stoodS < 59) this.complain('a minute to rate', `visit ${visitId} was closed after ${stoodS.toFixed(1)} s`);
    // A full disk keeps no timeout either; the screen stands until it can be kept.
    const wasWell = this.health.longestWithin(story.invitedMs, nowMs) >= nowMs - story.invitedMs;
    if (stoodS > 75 && wasWell)
      this.complain('a minute to rate', `visit ${visitId} stood open for ${stoodS.toFixed(1)} s`);
  }
}
