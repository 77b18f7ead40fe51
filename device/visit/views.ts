import type { Level } from '../ledger/record.ts';

/**
 * What each audience may see of the window, as plain data. The citizen's page shows a `CitizenView`; the staff side
 * gets a `StaffView`, which has no field in which a grade could travel (design §2.6). Pure types.
 */

export interface WindowInfo {
  hall: string;
  /** The window's number as painted above it, like `A-07`. */
  number: string;
  name: string;
  department: string;
}

export interface StaffInfo {
  number: string;
  name: string;
  post: string;
  /** Id of a picture at `/content/<id>`; null: none, or one that must not be shown. */
  photo: string | null;
}

/** What the hall shows on the idle screen besides the window; from the signed configuration, of today. */
export interface IdleContent {
  /** 党员先锋岗 and the like, of the person at the window. */
  marks: string[];
  notices: { title: string; text: string }[];
  pictures: { id: string; text: string }[];
  /** The window's static code as SVG text: the weaker channel, since it names no case. */
  windowCode: string | null;
  /** Outside the opening hours; `opensAt` is RFC 3339, null where the calendar does not reach so far. */
  night: { opensAt: string | null } | null;
}

export interface ItemName {
  code: string;
  /** Its name in the pieces between which a line of it may break: the first picture waits for no dictionary in the page. */
  pieces: readonly string[];
}

/** What the window is called, in pieces as the names of its items. */
export interface PlacePieces {
  name: readonly string[];
  department: readonly string[];
}

export interface TagChoice {
  /** National code, three digits; the first is the level. */
  code: string;
  text: string;
  /** Heading of a catalogue of two levels. */
  group?: string;
}

/** How the policy words the question for a reason: insisted on (and still never a condition of the grade), or asked. */
export type ReasonAsked = 'required' | 'guided';

/** Guidance by ear is on; `spoken` is the key that was pressed once. */
export interface GuideView {
  spoken: Level | null;
}

interface CitizenFrame {
  /** 试用: trial mode puts a mark on every page (design §7). */
  trial: boolean;
  window: WindowInfo;
  /** Guidance by ear may be offered: whoever set up the window says that only the citizen hears it. */
  mayGuide: boolean;
  /** The card of whoever rates is to be laid on the reader, or was read; null or absent where nobody asks for one. */
  card?: 'wanted' | 'read' | null;
}

/** 追评: the visit that this one rates again after rectification (林草 第十三条). */
export interface EarlierVisit {
  /** Shanghai day on which it was opened, `2026-11-20`. */
  day: string;
}

/** A countdown the page shows: how much of it is left at the moment the view was sent. */
export interface Countdown {
  remainingMs: number;
  totalMs: number;
}

export type CitizenView =
  | (CitizenFrame & { screen: 'out_of_service'; reason: 'not_provisioned' | 'storage' })
  | (CitizenFrame & {
      screen: 'idle';
      place: PlacePieces;
      staff: StaffInfo | null;
      items: ItemName[];
      content: IdleContent;
      /** The ticket that a queue system called to this window; `times` grows with every call. Null: nobody. */
      called?: { ticket: string; times: number } | null;
    })
  | (CitizenFrame & { screen: 'paused'; reason: string; resumesInMs: number | null })
  | (CitizenFrame & { screen: 'serving'; staff: StaffInfo | null; itemName: string; earlier: EarlierVisit | null })
  | (CitizenFrame & {
      screen: 'inviting';
      visitId: string;
      itemName: string;
      earlier: EarlierVisit | null;
      countdown: Countdown;
      /** The QR of reference-protocol §5 as SVG text; null where no rating page is configured. */
      qrSvg: string | null;
      /** The official page with the visit's token, to be shown while it answers; null for our own screen. */
      unifiedPage: string | null;
      guide: GuideView | null;
      /** Which way round the five grades stand; recorded with the rating. */
      layout: 'best-left' | 'best-right';
    })
  | (CitizenFrame & {
      screen: 'reasons';
      visitId: string;
      level: Level;
      /** The catalogue's reason tags for this level, in its order. */
      choices: TagChoice[];
      tags: string[];
      comment: string;
      commentMaxChars: number;
      /** Null for a grade whose reasons the policy leaves to the citizen. */
      reasonAsked: ReasonAsked | null;
      guide: GuideView | null;
      countdown: Countdown;
      layout: 'best-left' | 'best-right';
    })
  | (CitizenFrame & {
      screen: 'thanks';
      countdown: Countdown;
      /** With it the citizen can ask the centre "received, unchanged"; null where the rating was not given here. */
      receiptCode: string | null;
    })
  /** The neutral end of a visit without a rating: declined or timed out. As long as the thanks screen. */
  | (CitizenFrame & { screen: 'ended'; countdown: Countdown });

export type CitizenScreen = CitizenView['screen'];

/** What the citizen's page may ask for. Every command names the visit that was on the screen when it was touched. */
export type CitizenCommand =
  | { type: 'rate'; visitId: string; level: Level; language: string }
  | { type: 'revise'; visitId: string; level: Level; tags: string[]; comment: string; language: string }
  | { type: 'submit'; visitId: string }
  | { type: 'decline'; visitId: string }
  | { type: 'extend'; visitId: string }
  /** Guidance by ear for this visit. */
  | { type: 'guide'; visitId: string; on: boolean }
  /** A key of a box that poses as a keyboard, while guidance is on: spoken first, then a rating. */
  | { type: 'key'; visitId: string; level: Level };

export interface StaffView {
  trial: boolean;
  /** Who is signed in at the window; null in trial mode, where nobody need be. */
  staff: { number: string; name: string } | null;
  window: { number: string; name: string; state: 'idle' | 'serving' | 'inviting' | 'paused' };
  visit: { visitId: string; caseNo: string; serviceNo: number; itemName: string } | null;
  /** Cases opened behind the one at the window. */
  waiting: number;
  paused: { reason: string; resumesAt: string | null } | null;
  /** Of the person signed in, else of the window. */
  today: { opened: number; invited: number; closed: number };
  /** A sentence for the staff, from the locale by key; never about a grade. */
  notice: 'delivery_pending' | null;
}
