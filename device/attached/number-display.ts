import type { VisitState } from '../visit/machine.ts';
import { isOpenForStaff } from '../visit/staff-view.ts';
import type { ShownCall } from './called-number.ts';

/** Digits of a call box are so many (peripherals reference, a.2). */
const PLACES = 3;

export interface NumberDisplaySetup {
  /** On the digits of the pad's call box; null is blank. */
  show: (ticket: number | null) => void;
  /** The newest call, though the idle screen no longer shows it. */
  newest: () => ShownCall | null;
  /** Whether the idle screen still looks for who was called. */
  isCalling: () => boolean;
}

/**
 * The called number on the digits of the window's call box: from the call until the visit of it ends, or until nobody
 * looks for it any more. The end is the one that the staff side is told, so the digits go dark at the same moment for
 * five grades, "declined" and "timed out": they stand on the clerk's desk (design §2.6).
 */
export class NumberDisplay {
  readonly #setup: NumberDisplaySetup;
  /** Visits that staff see as open, with the newest call when they were first seen: a later one is not theirs. */
  readonly #open = new Map<string, number>();
  #shown: ShownCall | null = null;
  #isLit = false;

  constructor(setup: NumberDisplaySetup) {
    this.#setup = setup;
  }

  /** To be called after every change of the window and of the called number. */
  watch(state: VisitState, monotonicMs: number): void {
    const newest = this.#setup.newest();
    if (newest !== null && newest.times !== this.#shown?.times) this.#call(newest);
    const { current, waiting, staffHold } = state.context;
    for (const visit of [current, ...waiting, staffHold?.visit ?? null]) {
      if (visit !== null && !this.#open.has(visit.visitId)) this.#open.set(visit.visitId, newest?.times ?? 0);
    }
    for (const [visitId, times] of this.#open) {
      if (isOpenForStaff(state, visitId, monotonicMs)) continue;
      this.#open.delete(visitId);
      this.#over(times);
    }
    const isAwaited = [...this.#open.values()].includes(this.#shown?.times ?? 0);
    if (!isAwaited && !this.#setup.isCalling()) this.#over(this.#shown?.times ?? 0);
  }

  #call(call: ShownCall): void {
    this.#shown = call;
    this.#isLit = true;
    this.#setup.show(digitsOf(call.ticket));
  }

  #over(times: number): void {
    if (!this.#isLit || times !== this.#shown?.times) return;
    this.#isLit = false;
    this.#setup.show(null);
  }
}

/** The number of a ticket such as A012; of a longer one the last digits, as people read it. Null for one without any. */
function digitsOf(ticket: string): number | null {
  const digits = /\d+$/.exec(ticket)?.[0];
  return digits === undefined ? null : Number(digits.slice(-PLACES));
}
