import { z } from 'zod';
import type { Ledger } from './ledger/ledger.ts';
import type { CheckReport } from './ledger/nightly-check.ts';

const stateSchema = z.object({
  at: z.number(),
  problem: z.string().nullable(),
  /** Checks of versions before this one did not keep which record it was. */
  fault: z
    .object({
      seq: z.number(),
      kind: z.enum(['edited', 'removed', 'reordered', 'truncated', 'unreadable', 'forgotten']),
    })
    .nullable()
    .default(null),
});
/** When file and chain were last looked through to the end, ms since 1970, and what was wrong. */
export type LastCheck = z.infer<typeof stateSchema>;

const STATE_KEY = 'ledger_checked';

/**
 * One piece of the ledger's check; the end of one is remembered, so that a technician sees when it was.
 * @throws LedgerError
 */
export function checkAndRemember(ledger: Pick<Ledger, 'nightlyCheck' | 'append'>, nowMs: number): CheckReport {
  const report = ledger.nightlyCheck();
  if (!report.done) return report;
  const last: LastCheck = { at: nowMs, problem: report.problem, fault: report.fault };
  ledger.append([], { state: { [STATE_KEY]: JSON.stringify(last) } });
  return report;
}

/** Null before the first. */
export function lastCheck(ledger: Pick<Ledger, 'state'>): LastCheck | null {
  const text = ledger.state(STATE_KEY);
  return text === null ? null : stateSchema.parse(JSON.parse(text));
}
