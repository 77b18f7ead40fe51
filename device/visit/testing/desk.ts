import { expect } from 'vitest';
import type { Level, RecordFact } from '../../ledger/record.ts';
import { decide, INITIAL_STATE, nextWakeAt, type VisitState } from '../machine.ts';
import type { Meta, OpenVisit, VisitEvent } from '../model.ts';

/** When the service of every visit was given, ms since 1970. */
export const DAY = Date.parse('2026-11-22T02:00:00.000Z');
let counter = 0;
const uuid = () => `019aa000-0000-7000-8000-${(++counter).toString(16).padStart(12, '0')}`;

export const visit = (no: number, inviteAtOnce = false): OpenVisit => ({
  visitId: `019aa111-0000-7000-8000-${no.toString(16).padStart(12, '0')}`,
  caseNo: `CASE-${no}`,
  serviceNo: 1,
  itemCode: 'I-1',
  itemName: '居民身份证换领',
  window: 'A-07',
  staffId: 'S-1',
  servedAt: DAY,
  trigger: 'business',
  inviteAtOnce,
});

/** An event as a test writes it: the desk knows time and chance. */
export type Bare = VisitEvent extends infer E ? (E extends VisitEvent ? Omit<E, 'meta'> : never) : never;

/** Drives the rules by hand: events, and time that moves only when told. */
export class Desk {
  state: VisitState = INITIAL_STATE;
  facts: RecordFact[] = [];
  now = 1_000_000;
  /** The window is equipped for rating by ear. */
  guided = false;

  send(event: Bare): boolean {
    const meta: Meta = {
      wallMs: DAY + this.now,
      monotonicMs: this.now,
      recordId: uuid(),
      policy: { id: 'p', version: '1' },
      catalogueVersion: 'c1',
      layout: 'best-left',
      guided: this.guided,
    };
    const decision = decide(this.state, { ...event, meta } as VisitEvent);
    this.state = decision.next;
    this.facts.push(...decision.facts.map((kept) => kept.fact));
    return decision.taken;
  }

  /** Lets time pass, waking exactly when the rules ask to be woken. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const wake = nextWakeAt(this.state);
      if (wake === null || wake > end) break;
      this.now = Math.max(this.now, wake);
      expect(this.send({ type: 'CLOCK' }), 'a wake-up that changes nothing would spin').toBe(true);
    }
    this.now = end;
  }

  ratings() {
    return this.facts.flatMap((fact) => (fact.kind === 'rating' ? [fact.body] : []));
  }
  notRated() {
    return this.facts.flatMap((fact) => (fact.kind === 'not_rated' ? [fact.body] : []));
  }
  invited(no = 1): Desk {
    this.send({ type: 'OPEN', visit: visit(no, true) });
    return this;
  }
}

export const rate = (level: Level, no = 1): Bare => ({
  type: 'RATE',
  visitId: visit(no).visitId,
  level,
  language: 'zh-CN',
});
/** Of `visit(1)`. */
export const id = visit(1).visitId;
