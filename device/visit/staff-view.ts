import { formatTime, shanghaiDay } from '../time.ts';
import type { VisitState } from './machine.ts';
import type { Counts, OpenVisit, Today } from './model.ts';
import type { StaffView } from './views.ts';

/**
 * What the staff side may know (design §2.6). It is built from the little that is equal for five grades, "declined"
 * and "timed out": reasons, thanks and the neutral end all read "inviting" until the grid of `holdForStaff` is reached.
 */
export interface StaffFrame {
  trial: boolean;
  window: { number: string; name: string };
  deliveryPending: boolean;
  /** The person signed in at the window; the counts are theirs then, else those of the window. */
  staff: { id: string; number: string; name: string } | null;
  wallMs: number;
  monotonicMs: number;
}

function shown(
  state: VisitState,
  monotonicMs: number,
): { phase: StaffView['window']['state']; visit: OpenVisit | null } {
  const { current, staffHold } = state.context;
  if (isHeld(state, monotonicMs)) return { phase: 'inviting', visit: staffHold?.visit ?? null };
  if (state.name === 'serving') return { phase: 'serving', visit: current };
  if (state.name === 'inviting' || state.name === 'reasons') return { phase: 'inviting', visit: current };
  return { phase: state.name === 'paused' ? 'paused' : 'idle', visit: null };
}

/** While the end of a visit is held back, so is everything that came of it: the next case has not moved up either. */
function isHeld({ context: { staffHold } }: VisitState, monotonicMs: number): boolean {
  return staffHold !== null && monotonicMs < staffHold.until;
}

/** True while the staff side is told that this visit is open. */
export function isOpenForStaff(state: VisitState, visitId: string, monotonicMs: number): boolean {
  const { current, waiting, staffHold } = state.context;
  if (current?.visitId === visitId || waiting.some((visit) => visit.visitId === visitId)) return true;
  return staffHold?.visit.visitId === visitId && monotonicMs < staffHold.until;
}

/** True while the staff side is told that somebody is served or invited. */
export function isBusyForStaff(state: VisitState, monotonicMs: number): boolean {
  return ['serving', 'inviting'].includes(shown(state, monotonicMs).phase);
}

/** Counts of one person, or of all. */
function countsOf({ of }: Today, staffId: string | null): Counts {
  const wanted = Object.entries(of).filter(([id]) => staffId === null || id === staffId);
  const sum = (what: keyof Counts) => wanted.reduce((total, [, counts]) => total + counts[what], 0);
  return { opened: sum('opened'), invited: sum('invited'), closed: sum('closed') };
}

/** While the end of a visit is held back, so are the counts that came of it. */
function shownCounts(state: VisitState, frame: StaffFrame): Counts {
  const { today, current, invitedAt, staffHold } = state.context;
  if (today.day !== shanghaiDay(frame.wallMs)) return { opened: 0, invited: 0, closed: 0 };
  const staffId = frame.staff?.id ?? null;
  const counts = countsOf(today, staffId);
  if (!isHeld(state, frame.monotonicMs)) return counts;
  const isOwn = (visit: OpenVisit | null | undefined) =>
    visit !== null && visit !== undefined && (staffId === null || visit.staffId === staffId);
  return {
    opened: counts.opened,
    // Never below zero: what is held back may have happened before midnight.
    invited: Math.max(0, counts.invited - (invitedAt !== null && isOwn(current) ? 1 : 0)),
    closed: Math.max(0, counts.closed - (isOwn(staffHold?.visit) ? 1 : 0)),
  };
}

export function staffView(state: VisitState, frame: StaffFrame): StaffView {
  const { phase, visit } = shown(state, frame.monotonicMs);
  const { waiting, pause, current } = state.context;
  const movedUp = isHeld(state, frame.monotonicMs) && current !== null ? 1 : 0;
  return {
    trial: frame.trial,
    staff: frame.staff === null ? null : { number: frame.staff.number, name: frame.staff.name },
    window: { ...frame.window, state: phase },
    visit:
      visit === null
        ? null
        : { visitId: visit.visitId, caseNo: visit.caseNo, serviceNo: visit.serviceNo, itemName: visit.itemName },
    waiting: waiting.length + movedUp,
    paused:
      phase !== 'paused' || pause === null
        ? null
        : { reason: pause.reason, resumesAt: formatTime(frame.wallMs + pause.resumesAt - frame.monotonicMs) },
    today: shownCounts(state, frame),
    notice: frame.deliveryPending ? 'delivery_pending' : null,
  };
}
