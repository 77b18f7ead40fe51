import type { Clock } from './clock.ts';
import type { WindowEntry } from './entry.ts';
import type { Also } from './ledger/ledger.ts';
import type { LedgerRecord } from './ledger/record.ts';
import type { Rules } from './rules.ts';
import type { Hours } from './staff/shift.ts';

/** What the window needs of the ledger: everything of one event in one transaction, durable on return. */
export interface WindowStore {
  append(entries: readonly WindowEntry[], also: Also): LedgerRecord[];
  state(key: string): string | null;
  stateKeys(from: string, to: string, limit: number): string[];
}

export interface WindowOptions {
  store: WindowStore;
  clock: Clock;
  /** The time by which statutory days are counted, ms since 1970; the wall clock unless told. */
  dateMs?: () => number;
  /** Fresh UUIDv7s. */
  newId: () => string;
  rules: () => Rules;
  /** The hash of a kept record; for the receipt code of a rating that was given before a restart. */
  recordHash?: (id: string) => string | null;
  /** Every visit begins with guidance by ear; without it none does. */
  guided?: () => boolean;
  /** Layout of the grades as recorded with a rating. */
  layout: () => 'best-left' | 'best-right';
  /** Who rates in a visit, sealed to the centre's key; null where nobody asks or no card was read. */
  rater?: (visitId: string) => string | null;
  /** Working hours, to tell what happens outside of them. */
  hours?: () => Hours;
  /** A timer's event could not be kept (disk full, say); it is tried again after a second. */
  onFault: (error: unknown) => void;
}
