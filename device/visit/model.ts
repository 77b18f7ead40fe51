import type { Level, RatingBody, RecordFact, VisitBody } from '../ledger/record.ts';

/** The words of the visit's statechart: what it knows, what can happen to it, what it asks to be kept. Pure types. */

/** 办件 at the window, from the moment the business system opened it. `servedAt` is wall time, ms since 1970. */
export interface OpenVisit {
  visitId: string;
  caseNo: string;
  serviceNo: number;
  itemCode: string;
  itemName: string;
  window: string;
  staffId: string;
  servedAt: number;
  trigger: VisitBody['trigger'];
  /** The rating screen opens as soon as the visit is at the window. */
  inviteAtOnce: boolean;
  /** 追评 (林草 第十三条): the visit that is rated again after rectification; it may have been at another window. */
  reratingOf?: string | null | undefined;
}

/** The last revision that the ledger holds; the next one supersedes it. */
export interface KeptRating {
  recordId: string;
  revision: number;
  level: Level;
  channel: RatingBody['channel'];
  tags: string[];
  comment: string;
  language: string;
  /** Sealed to the centre's key; absent in the state of an earlier version. */
  rater?: string | null;
}

/** What is on the reasons screen and not yet kept. */
export interface Draft {
  tags: string[];
  comment: string;
  language: string;
  /** Monotonic ms of the last change. */
  changedAt: number;
}

export interface Pause {
  reason: string;
  /** Monotonic ms; the window opens again by itself. */
  resumesAt: number;
  /** The same moment as wall time, for a restart in between. */
  resumesAtWallMs: number;
  limitMs: number;
}

/** Cases opened, invited and ended. */
export interface Counts {
  opened: number;
  invited: number;
  closed: number;
}

export interface Today {
  /** Shanghai calendar day the counts belong to. */
  day: string;
  /** By id of the person who served. */
  of: Record<string, Counts>;
}

export interface VisitContext {
  current: OpenVisit | null;
  /** Cases that arrived while a citizen was still rating, oldest first. */
  waiting: OpenVisit[];
  rating: KeptRating | null;
  draft: Draft | null;
  /**
   * The person rates by ear: a key of the button box is spoken first, and counts when it is pressed again. Null for
   * everybody else, whose one press is the rating.
   */
  guide: { spoken: Level | null; spokenAt: number } | null;
  /** All monotonic ms. */
  invitedAt: number | null;
  firstGradeAt: number | null;
  lastGradeAt: number | null;
  /** When the present state ends by itself, and how long that was from its start. */
  deadlineAt: number | null;
  totalMs: number;
  pause: Pause | null;
  /** Asked for while a citizen was rating; takes effect when the window is free. */
  pauseWanted: { reason: string; limitMs: number } | null;
  /** Until then the staff side is still told "inviting" (see staff-view.ts). */
  staffHold: { visit: OpenVisit; until: number } | null;
  today: Today;
}

/** Time, randomness and the rules in force, handed in with every event. */
export interface Meta {
  wallMs: number;
  monotonicMs: number;
  /** A fresh UUIDv7 for the rating that this event may lead to. */
  recordId: string;
  policy: { id: string; version: string };
  catalogueVersion: string;
  layout: string;
  /** Who rates, sealed to the centre's key, where the policy asks and a card was read in this visit. */
  rater?: string | null;
  /** This window is equipped for rating by ear, and every visit begins so. */
  guided: boolean;
}

export type VisitEvent = { meta: Meta } & (
  | { type: 'OPEN'; visit: OpenVisit }
  | { type: 'INVITE'; visitId: string }
  | { type: 'SKIP'; visitId: string; reason: string }
  | { type: 'PAUSE'; reason: string; limitMs: number }
  | { type: 'RESUME' }
  | { type: 'RATE'; visitId: string; level: Level; language: string }
  | { type: 'KEY'; level: Level }
  /** The citizen turns guidance by ear on or off. */
  | { type: 'GUIDE'; visitId: string; on: boolean }
  | { type: 'REVISE'; visitId: string; level: Level; tags: string[]; comment: string; language: string }
  | { type: 'SUBMIT'; visitId: string }
  | { type: 'DECLINE'; visitId: string }
  | { type: 'EXTEND'; visitId: string }
  | { type: 'RATED_ELSEWHERE'; visitId: string }
  /** A card was read; `meta.rater` is who it was. */
  | { type: 'RATER'; visitId: string }
  /** Time went on; also sent after a restart. */
  | { type: 'CLOCK' }
  /** The device came up again with this visit open: what was waiting starts its wait anew. */
  | { type: 'RESTART' }
);

/** A fact to append, and the visit it belongs to (the deadline rules need its `servedAt`). */
export interface FactToKeep {
  fact: RecordFact;
  /** Chosen beforehand: a visit's own, and a rating's, so that the next revision can name it. Else null. */
  id: string | null;
  servedAt: number | null;
}

/** All waits of the window in ms (issue "the main job" §4). */
export const TIMES = {
  /** To rate; shown, and extendable by one tap. */
  ratingMs: 60_000,
  /** A reasons screen left alone closes with what is there. */
  reasonsMs: 30_000,
  /** Thanks, and the neutral end: equal, so that their length tells nothing. */
  thanksMs: 5_000,
  /** A second contact sooner than this is a bounce of the first. */
  bounceMs: 400,
  /** On a button box another key within this changes the grade. */
  keyChangeMs: 5_000,
  /** Changed tags or words are kept after this much rest. */
  draftRestMs: 3_000,
  /** The staff side learns of a closed visit only on this grid, counted from the invitation (design §2.6). */
  staffGridMs: 5_000,
} as const;

/** Cases that may wait behind the one at the window; a business system that opens more is told to wait. */
export const MAX_WAITING = 20;
