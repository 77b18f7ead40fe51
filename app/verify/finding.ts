/**
 * What is wrong, by what a person did to the file. `signature`: whose export this is cannot be shown.
 * `receipt`: a receipt does not say what it should.
 */
export type FindingKind = 'edited' | 'removed' | 'reordered' | 'truncated' | 'unreadable' | 'receipt' | 'signature';

/** One fault, in plain data: its words are in texts.json under `code`, with the values put in. */
export interface Finding {
  kind: FindingKind;
  code: string;
  /** Number of the record, null where the fault is not a record's. */
  seq: number | null;
  /** Line of the file, from 1; null where something is not there. */
  line: number | null;
  values: Record<string, string | number>;
}

/** More than a person reads, and a bound for files that are wrong from end to end. */
export const MAX_FINDINGS = 100;
