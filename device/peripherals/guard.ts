import { isLedgerError } from '../ledger/errors.ts';

/**
 * Runs what a driver's event leads to. A driver expects that its listeners never throw: what the ledger could not keep
 * is reported; anything else is a fault of ours, is reported and shows.
 */
export function guarded(onFault: (error: unknown) => void, run: () => void): void {
  try {
    run();
  } catch (error) {
    onFault(error);
    if (!isLedgerError(error)) throw error;
  }
}
