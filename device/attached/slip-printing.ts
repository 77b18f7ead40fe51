import { caseSlip, type SlipTexts } from '../peripherals/printer/case-slip.ts';
import type { PrintItem } from '../peripherals/printer/document.ts';
import type { DocumentOutcome } from '../peripherals/printer/printer-family.ts';
import { formatTime } from '../time.ts';
import type { VisitState } from '../visit/machine.ts';
import type { OpenVisit } from '../visit/model.ts';
import { isOpenForStaff } from '../visit/staff-view.ts';

export interface SlipPrintingSetup {
  printer: { slip: 'never' | 'invited' | 'ended'; print(make: () => readonly PrintItem[]): Promise<DocumentOutcome> };
  texts: SlipTexts;
  /** Hall and window, as printed. */
  place: () => { hall: string; window: string };
  /** What the code of a visit holds; null for one whose number is too long. */
  link: (visit: OpenVisit) => string | null;
}

/**
 * The slip of each case, once: with its invitation, or when the staff side is told that the visit has ended. Both moments
 * are the same for five grades, "declined" and "timed out", and so is the paper.
 */
export class SlipPrinting {
  readonly #setup: SlipPrintingSetup;
  /** Visits that staff still see as open, so that their end is noticed. */
  readonly #open = new Map<string, OpenVisit>();
  #invited: string | null = null;

  constructor(setup: SlipPrintingSetup) {
    this.#setup = setup;
  }

  /** To be called after every change of the window. */
  watch(state: VisitState, monotonicMs: number): void {
    const { current, waiting, staffHold } = state.context;
    for (const visit of [current, ...waiting, staffHold?.visit ?? null]) {
      if (visit !== null) this.#open.set(visit.visitId, visit);
    }
    if (state.name === 'inviting' && current !== null && current.visitId !== this.#invited) {
      this.#invited = current.visitId;
      this.#print('invited', current);
    }
    for (const [visitId, visit] of this.#open) {
      if (isOpenForStaff(state, visitId, monotonicMs)) continue;
      this.#open.delete(visitId);
      this.#print('ended', visit);
    }
  }

  #print(moment: 'invited' | 'ended', visit: OpenVisit): void {
    const { printer, texts, place, link } = this.#setup;
    if (printer.slip !== moment) return;
    const url = link(visit);
    if (url === null) return;
    const { caseNo, itemName, servedAt } = visit;
    const facts = { ...place(), caseNo, itemName, servedAt: formatTime(servedAt).slice(0, 16).replace('T', ' ') };
    void printer.print(() => caseSlip(texts, facts, url));
  }
}
