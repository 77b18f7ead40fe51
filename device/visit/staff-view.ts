import { formatTime, shanghaiDay } from '../time.ts';
import type { VisitState } from './machine.ts';
import type { OpenVisit } from './model.ts';
import type { StaffView } from './views.ts';

/**
 * What the staff side may know (design §2.6). It is built from the little that is equal for five grades, "declined"
 * and "timed out": reasons, thanks and the neutral end all read "inviting" until the grid of `holdForStaff` is reached.
 */
export interface StaffFrame {
  trial: boolean;
  window: { number: string; name: string };
  deliveryPending: boolean;
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

export function staffView(state: VisitState, frame: StaffFrame): StaffView {
  const { phase, visit } = shown(state, frame.monotonicMs);
  const { today, waiting, pause, current, invitedAt } = state.context;
  const fresh = today.day === shanghaiDay(frame.wallMs);
  const held = isHeld(state, frame.monotonicMs);
  const movedUp = held && current !== null ? 1 : 0;
  const invitedMeanwhile = movedUp === 1 && invitedAt !== null ? 1 : 0;
  return {
    trial: frame.trial,
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
    today: fresh
      ? { opened: today.opened, invited: today.invited - invitedMeanwhile, closed: today.closed - (held ? 1 : 0) }
      : { opened: 0, invited: 0, closed: 0 },
    notice: frame.deliveryPending ? 'delivery_pending' : null,
  };
}
