import type { Level, NotRatedBody, RatingBody } from '../ledger/record.ts';
import { shanghaiDay } from '../time.ts';
import { eventFact, notRatedFact, ratingFact, visitFacts } from './facts.ts';
import {
  type Counts,
  type FactToKeep,
  type KeptRating,
  type Meta,
  type OpenVisit,
  TIMES,
  type Today,
  type VisitContext,
} from './model.ts';

/**
 * What each event does to the window: the next context, and the facts that must be durable before anybody sees it.
 * Pure; the statechart decides when, these decide what.
 */
export interface Change {
  context: VisitContext;
  facts: FactToKeep[];
}

export const EMPTY_CONTEXT: VisitContext = {
  current: null,
  waiting: [],
  rating: null,
  draft: null,
  guide: null,
  invitedAt: null,
  firstGradeAt: null,
  lastGradeAt: null,
  deadlineAt: null,
  totalMs: 0,
  pause: null,
  pauseWanted: null,
  staffHold: null,
  today: { day: '', of: {} },
};

const NO_COUNTS: Counts = { opened: 0, invited: 0, closed: 0 };

function count(today: Today, { staffId }: OpenVisit, meta: Meta, what: keyof Counts): Today {
  const day = shanghaiDay(meta.wallMs);
  const of = today.day === day ? today.of : {};
  const before = of[staffId] ?? NO_COUNTS;
  return { day, of: { ...of, [staffId]: { ...before, [what]: before[what] + 1 } } };
}

const wait = (meta: Meta, totalMs: number) => ({ deadlineAt: meta.monotonicMs + totalMs, totalMs });

/** Nothing of one visit stays for the next person. */
const CLEARED = {
  current: null,
  rating: null,
  draft: null,
  guide: null,
  invitedAt: null,
  firstGradeAt: null,
  lastGradeAt: null,
  deadlineAt: null,
  totalMs: 0,
} satisfies Partial<VisitContext>;

export function openVisit(context: VisitContext, visit: OpenVisit, meta: Meta): Change {
  const today = count(context.today, visit, meta, 'opened');
  return { context: { ...context, ...CLEARED, current: visit, today }, facts: visitFacts(visit) };
}

export function queueVisit(context: VisitContext, visit: OpenVisit, meta: Meta): Change {
  const today = count(context.today, visit, meta, 'opened');
  return { context: { ...context, waiting: [...context.waiting, visit], today }, facts: visitFacts(visit) };
}

/** The case before was never invited: an honest skip, in the ledger as one (办法 Art 5: inviting is a duty). */
export function replaceVisit(context: VisitContext, visit: OpenVisit, meta: Meta): Change {
  const closed = leaveWithoutInvitation(context, 'skipped', 'next_case', meta);
  const opened = openVisit(closed.context, visit, meta);
  return { context: opened.context, facts: [...closed.facts, ...opened.facts] };
}

export function takeNextWaiting(context: VisitContext): Change {
  const [current = null, ...waiting] = context.waiting;
  return { context: { ...context, ...CLEARED, current, waiting }, facts: [] };
}

/** Its screen opens as soon as its turn comes. */
export function inviteInTurn(context: VisitContext, visitId: string): Change {
  const waiting = context.waiting.map((visit) =>
    visit.visitId === visitId ? { ...visit, inviteAtOnce: true } : visit,
  );
  return { context: { ...context, waiting }, facts: [] };
}

export function skipWaiting(context: VisitContext, visitId: string, reason: string, meta: Meta): Change {
  const skipped = context.waiting.filter((visit) => visit.visitId === visitId);
  const waiting = context.waiting.filter((visit) => visit.visitId !== visitId);
  const today = skipped.reduce((counts, visit) => count(counts, visit, meta, 'closed'), context.today);
  return { context: { ...context, waiting, today }, facts: skipped.map((v) => notRatedFact(v, 'skipped', reason)) };
}

export function invite(context: VisitContext, meta: Meta): Change {
  if (context.current === null) return { context, facts: [] };
  const today = count(context.today, context.current, meta, 'invited');
  return {
    context: {
      ...context,
      guide: meta.guided ? QUIET : null,
      invitedAt: meta.monotonicMs,
      ...wait(meta, TIMES.ratingMs),
      today,
    },
    facts: [eventFact('invited', { visitId: context.current.visitId })],
  };
}

export function extendRating(context: VisitContext, meta: Meta): Change {
  return { context: { ...context, ...wait(meta, TIMES.ratingMs) }, facts: [] };
}

/** By ear, and nothing said yet. */
const QUIET = { spoken: null, spokenAt: 0 };

/** On or off, with the time anew: whoever listens needs longer. */
export function guide(context: VisitContext, on: boolean, meta: Meta): Change {
  return { context: { ...context, guide: on ? QUIET : null, ...wait(meta, context.totalMs) }, facts: [] };
}

/** The first press of a key by ear: what it stands for is said, nothing is kept. */
export function speak(context: VisitContext, level: Level, meta: Meta): Change {
  const guided = { spoken: level, spokenAt: meta.monotonicMs };
  return { context: { ...context, guide: guided, ...wait(meta, context.totalMs) }, facts: [] };
}

interface Grade {
  level: Level;
  channel: RatingBody['channel'];
  language: string;
}

/** Tags belong to one level by their first digit; those of another level go when the grade changes. */
const tagsOf = (tags: string[], level: Level) => tags.filter((code) => code.startsWith(String(level)));

/** A later revision must not lose who rated: the highest one stands. */
const raterOf = (before: KeptRating | null, meta: Meta) => meta.rater ?? before?.rater ?? null;

/** Revision 1, or the next one with another grade: kept at once, whatever else is on the screen. */
export function grade(context: VisitContext, given: Grade, meta: Meta): Change {
  const { current: visit, rating: before, draft } = context;
  if (visit === null) return { context, facts: [] };
  const tags = tagsOf(draft?.tags ?? before?.tags ?? [], given.level);
  const comment = draft?.comment ?? before?.comment ?? '';
  const rater = raterOf(before, meta);
  const rating = { ...given, tags, comment, rater, recordId: meta.recordId, revision: (before?.revision ?? 0) + 1 };
  const times = { firstGradeAt: context.firstGradeAt ?? meta.monotonicMs, lastGradeAt: meta.monotonicMs };
  return {
    context: { ...context, rating, draft: null, ...times, ...wait(meta, TIMES.reasonsMs) },
    facts: [ratingFact(visit, rating, before, meta)],
  };
}

export function changeDraft(
  context: VisitContext,
  words: { tags: string[]; comment: string; language: string },
  meta: Meta,
): Change {
  const { rating } = context;
  if (rating === null) return { context, facts: [] };
  const { tags, comment, language } = words;
  const same = comment === rating.comment && tags.join() === rating.tags.join();
  const draft = same ? null : { tags, comment, language, changedAt: meta.monotonicMs };
  return { context: { ...context, draft, ...wait(meta, TIMES.reasonsMs) }, facts: [] };
}

/** What is on the screen becomes the next revision; nothing changed, nothing kept. */
export function keepDraft(context: VisitContext, meta: Meta): Change {
  const { current: visit, rating: before, draft } = context;
  if (visit === null || before === null || draft === null) return { context, facts: [] };
  const { changedAt: _screenOnly, ...words } = draft;
  const rater = raterOf(before, meta);
  const rating: KeptRating = { ...before, ...words, rater, recordId: meta.recordId, revision: before.revision + 1 };
  return { context: { ...context, rating, draft: null }, facts: [ratingFact(visit, rating, before, meta)] };
}

/** Who rated became known after the grade: the next revision says so, and nothing else changes. */
export function nameRater(context: VisitContext, meta: Meta): Change {
  const { current: visit, rating: before } = context;
  const rater = meta.rater ?? null;
  if (visit === null || before === null || rater === null || rater === before.rater) return { context, facts: [] };
  const rating: KeptRating = { ...before, rater, recordId: meta.recordId, revision: before.revision + 1 };
  return { context: { ...context, rating }, facts: [ratingFact(visit, rating, before, meta)] };
}

/** The staff side learns of the end only on a grid counted from the invitation, so that its moment tells little. */
export function holdForStaff(context: VisitContext, meta: Meta): VisitContext['staffHold'] {
  const { current: visit, invitedAt } = context;
  if (visit === null || invitedAt === null) return null;
  const endsAt = meta.monotonicMs + TIMES.thanksMs;
  const steps = Math.ceil((endsAt - invitedAt) / TIMES.staffGridMs);
  return { visit, until: invitedAt + steps * TIMES.staffGridMs };
}

function closed(context: VisitContext, meta: Meta): VisitContext {
  const staffHold = holdForStaff(context, meta);
  const today = context.current === null ? context.today : count(context.today, context.current, meta, 'closed');
  return { ...context, ...CLEARED, staffHold, today, ...wait(meta, TIMES.thanksMs) };
}

/** Leaving the reasons screen, by 提交 or left alone: with what is there. */
export function finishRating(context: VisitContext, meta: Meta): Change {
  const kept = keepDraft(context, meta);
  return { context: closed(kept.context, meta), facts: kept.facts };
}

/** The end of an invitation without a grade of ours. Never a grade (design §2.4). */
export function finishWithoutRating(
  context: VisitContext,
  reason: Extract<NotRatedBody['reason'], 'declined' | 'timeout' | 'rated_elsewhere'>,
  meta: Meta,
): Change {
  if (context.current === null) return { context, facts: [] };
  return { context: closed(context, meta), facts: [notRatedFact(context.current, reason, null)] };
}

/** The end of a visit that was never invited: skipped or paused by staff. */
export function leaveWithoutInvitation(
  context: VisitContext,
  reason: Extract<NotRatedBody['reason'], 'skipped' | 'paused'>,
  detail: string,
  meta: Meta,
): Change {
  if (context.current === null) return { context, facts: [] };
  const today = count(context.today, context.current, meta, 'closed');
  return { context: { ...context, ...CLEARED, today }, facts: [notRatedFact(context.current, reason, detail)] };
}

export function pause(context: VisitContext, wanted: { reason: string; limitMs: number }, meta: Meta): Change {
  const { reason, limitMs } = wanted;
  const paused = { reason, limitMs, resumesAt: meta.monotonicMs + limitMs, resumesAtWallMs: meta.wallMs + limitMs };
  return {
    context: { ...context, pause: paused, pauseWanted: null },
    facts: [eventFact('window_paused', { reason, limitS: Math.round(limitMs / 1000) })],
  };
}

export function resume(context: VisitContext, cause: 'staff' | 'limit' | 'case'): Change {
  return { context: { ...context, pause: null, pauseWanted: null }, facts: [eventFact('window_resumed', { cause })] };
}

/**
 * The device came up again: monotonic time began anew, so every wait does, in the citizen's favour. A pause ends when
 * the wall clock says so, but never later than its full limit.
 */
export function restart(context: VisitContext, meta: Meta): Change {
  const { pause, draft, rating } = context;
  const left = pause === null ? 0 : Math.min(Math.max(pause.resumesAtWallMs - meta.wallMs, 0), pause.limitMs);
  return {
    facts: [],
    context: {
      ...context,
      ...(context.invitedAt === null ? {} : { invitedAt: meta.monotonicMs }),
      ...(rating === null ? {} : { firstGradeAt: meta.monotonicMs, lastGradeAt: meta.monotonicMs }),
      ...(context.deadlineAt === null ? {} : wait(meta, context.totalMs)),
      // A key that was spoken before is spoken again; nobody remembers across a restart.
      guide: context.guide == null ? null : QUIET,
      draft: draft === null ? null : { ...draft, changedAt: meta.monotonicMs },
      pause: pause === null ? null : { ...pause, resumesAt: meta.monotonicMs + left },
      staffHold: null,
    },
  };
}
