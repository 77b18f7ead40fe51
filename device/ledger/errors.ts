import { CodedError, type NextStep } from '../errors.ts';

export type LedgerCode =
  | 'ledger_full'
  | 'ledger_io'
  | 'ledger_busy'
  | 'ledger_corrupt'
  | 'ledger_closed'
  | 'ledger_in_use'
  | 'ledger_newer'
  | 'ledger_missing'
  | 'ledger_on_trial'
  | 'rehearsal_failed'
  | 'sqlite_too_old'
  | 'fact_invalid'
  | 'settlement_invalid'
  | 'claim_invalid'
  | 'record_unreadable'
  | 'key_damaged';

const ADVICE: Record<LedgerCode, { next: NextStep; hint: string }> = {
  ledger_full: { next: 'retry', hint: 'Free space on the disk that holds the data folder; nothing stored is lost.' },
  ledger_io: { next: 'retry', hint: 'Check the disk and the rights on the data folder.' },
  ledger_busy: { next: 'retry', hint: 'Another program holds the ledger for a moment; try again.' },
  ledger_corrupt: {
    next: 'stop',
    hint: 'Restart the device: at start it sets the file aside and carries over what is readable.',
  },
  ledger_closed: { next: 'stop', hint: 'The device is stopping; try again after the restart.' },
  ledger_in_use: { next: 'stop', hint: 'Stop the other device process, or use another data folder.' },
  ledger_newer: { next: 'stop', hint: 'Install the newer software again; the data were left untouched.' },
  ledger_on_trial: {
    next: 'stop',
    hint: 'The version before starts again by itself and mends or migrates nothing of the newer one; the data were left untouched.',
  },
  rehearsal_failed: {
    next: 'stop',
    hint: 'The version before starts again by itself; tell the maker what is said here. The data were left untouched.',
  },
  ledger_missing: { next: 'refuse', hint: 'Name the data folder of a device.' },
  sqlite_too_old: { next: 'stop', hint: 'Install the software as delivered; its SQLite is new enough.' },
  fact_invalid: { next: 'refuse', hint: 'Correct the named field.' },
  settlement_invalid: { next: 'refuse', hint: 'Correct the named field.' },
  claim_invalid: { next: 'refuse', hint: 'Ask for 1 to 500 records and at least 1 byte.' },
  record_unreadable: {
    next: 'stop',
    hint: 'Run verify on the data folder; restart the device to set damaged records aside.',
  },
  key_damaged: { next: 'stop', hint: 'Put back the key file of this device from its backup.' },
};

/** Every failure of this folder; `next` and `hint` follow from the code. */
export class LedgerError extends CodedError<LedgerCode> {
  constructor(code: LedgerCode, message: string, cause?: unknown) {
    super(code, message, { ...ADVICE[code], cause });
  }
}

export function isLedgerError(error: unknown, code?: LedgerCode): error is LedgerError {
  return error instanceof LedgerError && (code === undefined || error.code === code);
}

/** The SQLite result code (`SQLITE_FULL` …) or Node's errno name of an error, '' where it has none. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

const BY_PREFIX: readonly [string, LedgerCode][] = [
  ['SQLITE_FULL', 'ledger_full'],
  ['ENOSPC', 'ledger_full'],
  ['EDQUOT', 'ledger_full'],
  ['SQLITE_BUSY', 'ledger_busy'],
  ['SQLITE_LOCKED', 'ledger_busy'],
  ['SQLITE_CORRUPT', 'ledger_corrupt'],
  ['SQLITE_NOTADB', 'ledger_corrupt'],
];

/** Turns what SQLite or the file system threw into a LedgerError; one that is already typed stays itself. */
export function asLedgerError(error: unknown, doing: string): LedgerError {
  if (error instanceof LedgerError) return error;
  const code = errorCode(error);
  const known = BY_PREFIX.find(([prefix]) => code.startsWith(prefix));
  return new LedgerError(
    known?.[1] ?? 'ledger_io',
    `${doing}: ${error instanceof Error ? error.message : code}`,
    error,
  );
}

/**
 * Whether an error says that the disk or the caller is at fault and not the content of the file.
 * Only the content justifies setting a ledger aside: a full disk must never look like a corrupt file.
 */
export function isEnvironmental(error: unknown): boolean {
  if (error instanceof LedgerError) return true;
  const code = errorCode(error);
  if (code === 'SQLITE_IOERR_SHORT_READ') return false;
  return /^(?:SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|PERM|AUTH|NOMEM)|E[A-Z]{2,})/.test(code);
}
