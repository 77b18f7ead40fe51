import type { LedgerRecord } from './record.ts';

/** Sequence numbers without a record, both ends included. */
export interface Gap {
  fromSeq: number;
  toSeq: number;
}

/** Type of the event that explains a gap; it follows the gap in the chain. */
export const GAP_EVENT = 'ledger_gap';

/** What is left of `gap` without `covers`. Pure; covers may overlap and come in any order. */
export function subtract(gap: Gap, covers: readonly Gap[]): Gap[] {
  let rest = [gap];
  for (const cover of covers) {
    rest = rest.flatMap((piece) => {
      if (cover.toSeq < piece.fromSeq || cover.fromSeq > piece.toSeq) return [piece];
      const left = { fromSeq: piece.fromSeq, toSeq: cover.fromSeq - 1 };
      const right = { fromSeq: cover.toSeq + 1, toSeq: piece.toSeq };
      return [left, right].filter((part) => part.fromSeq <= part.toSeq);
    });
  }
  return rest;
}

/** The gap that a record explains, null where it is no such event. */
export function explainedBy(record: LedgerRecord): Gap | null {
  if (record.kind !== 'event' || record.body.type !== GAP_EVENT) return null;
  const { fromSeq, toSeq } = record.body.detail;
  return typeof fromSeq === 'number' && typeof toSeq === 'number' ? { fromSeq, toSeq } : null;
}
