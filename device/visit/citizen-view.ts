import type { Level } from '../ledger/record.ts';
import { shanghaiDay } from '../time.ts';
import { timeOfId } from '../visit-index.ts';
import type { VisitState } from './machine.ts';
import type { OpenVisit } from './model.ts';
import type {
  CitizenView,
  Countdown,
  EarlierVisit,
  IdleContent,
  ItemName,
  PlacePieces,
  ReasonAsked,
  StaffInfo,
  TagChoice,
  WindowInfo,
} from './views.ts';

/** What surrounds the visit on the citizen's screen, from the configuration. */
export interface CitizenFrame {
  trial: boolean;
  window: WindowInfo;
  items: ItemName[];
  place: PlacePieces;
  /** For the idle screen alone. */
  content: () => IdleContent;
  /** The person at the window; null where the roster does not know the id. */
  staff: (staffId: string | null) => StaffInfo | null;
  choices: (level: Level) => TagChoice[];
  reasonAsked: (level: Level) => ReasonAsked | null;
  commentMaxChars: number;
  mayGuide: boolean;
  layout: 'best-left' | 'best-right';
  /** The ticket that was called to the window, for the idle screen. */
  called: { ticket: string; times: number } | null;
  /** Whether the card of whoever rates is asked for, or was read. */
  card: 'wanted' | 'read' | null;
  /** The per-case QR, made when the invitation began. */
  qrSvg: string | null;
  /** The same link, where the official page is to be shown. */
  unifiedPage: string | null;
  /** Of the last rating kept for the visit that is thanked for. */
  receiptCode: string | null;
  monotonicMs: number;
}

/** The citizen's screen for a state of the window. Pure; carries nothing of any visit but the one at the window. */
export function citizenView(state: VisitState, frame: CitizenFrame): CitizenView {
  const { trial, window, layout } = frame;
  const { context, name } = state;
  const base = { trial, window, mayGuide: frame.mayGuide, card: frame.card };
  const guide = context.guide == null ? null : { spoken: context.guide.spoken };
  const countdown: Countdown = {
    remainingMs: Math.max(0, Math.round((context.deadlineAt ?? frame.monotonicMs) - frame.monotonicMs)),
    totalMs: context.totalMs,
  };
  const { current: visit, rating, draft, pause } = context;
  if (name === 'paused' && pause !== null) {
    const resumesInMs = Math.max(0, Math.round(pause.resumesAt - frame.monotonicMs));
    return { ...base, screen: 'paused', reason: pause.reason, resumesInMs };
  }
  if (name === 'serving' && visit !== null) {
    const { staffId, itemName } = visit;
    return { ...base, screen: 'serving', staff: frame.staff(staffId), itemName, earlier: earlierOf(visit) };
  }
  if (name === 'inviting' && visit !== null) {
    const { visitId, itemName } = visit;
    return {
      ...base,
      screen: 'inviting',
      visitId,
      itemName,
      earlier: earlierOf(visit),
      countdown,
      qrSvg: frame.qrSvg,
      unifiedPage: frame.unifiedPage,
      guide,
      layout,
    };
  }
  if (name === 'reasons' && visit !== null && rating !== null) {
    const { tags, comment } = draft ?? rating;
    return {
      ...base,
      screen: 'reasons',
      visitId: visit.visitId,
      level: rating.level,
      choices: frame.choices(rating.level),
      tags,
      comment,
      commentMaxChars: frame.commentMaxChars,
      reasonAsked: frame.reasonAsked(rating.level),
      guide,
      countdown,
      layout,
    };
  }
  if (name === 'thanks') return { ...base, screen: 'thanks', countdown, receiptCode: frame.receiptCode };
  if (name === 'ended') return { ...base, screen: 'ended', countdown };
  const { items, place, called } = frame;
  return { ...base, screen: 'idle', place, staff: frame.staff(null), items, content: frame.content(), called };
}

/** The visit that is rated again may have been at another window; its id says when it was. */
function earlierOf({ reratingOf = null }: OpenVisit): EarlierVisit | null {
  return reratingOf === null ? null : { day: shanghaiDay(timeOfId(reratingOf)) };
}
