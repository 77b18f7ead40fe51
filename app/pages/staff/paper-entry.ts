import type { Level } from '../../../device/ledger/record.ts';
import type { StaffWord } from './words.ts';

/** As read off the form; the server's schema judges it. */
export interface TypedEntry {
  form: string;
  /** Like `2026-11-22`. */
  paperDate: string;
  level: number;
  comment: string;
  caseNo: string | null;
  serviceNo: number;
}

/** What cannot be an entry yet: the field to go back to, and the word for it. */
export interface EntryFault {
  field: 'form' | 'year' | 'level' | 'serviceNo';
  word: StaffWord;
}

/** As they stand on the form, from left to right. */
export const BEST_FIRST: readonly Level[] = [5, 4, 3, 2, 1];

/**
 * Pure. Year, month and day as three numbers in the order of the form, since a browser's own date field shows them in the
 * order of its language.
 * @returns like `2026-11-22`; null: no such day
 */
export function dayOf(year: string, month: string, day: string): string | null {
  if (!/^\d{4}$/.test(year) || !/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(day)) return null;
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${text}T00:00:00Z`);
  // A month without its 31st day goes on into the next one.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}

/** Pure. What stands in the fields, by their names, or the first fault from top to bottom. */
export function entryOf(text: (name: string) => string): TypedEntry | EntryFault {
  const form = text('form');
  if (form === '') return { field: 'form', word: 'paper.formMissing' };
  const paperDate = dayOf(text('year'), text('month'), text('day'));
  if (paperDate === null) return { field: 'year', word: 'paper.dateMissing' };
  const level = Number(text('level'));
  if (!BEST_FIRST.some((one) => one === level)) return { field: 'level', word: 'paper.levelMissing' };
  if (!/^[1-9]\d{0,3}$/.test(text('serviceNo'))) return { field: 'serviceNo', word: 'paper.serviceNoWrong' };
  const caseNo = text('caseNo');
  return {
    form,
    paperDate,
    level,
    comment: text('comment'),
    caseNo: caseNo === '' ? null : caseNo,
    serviceNo: Number(text('serviceNo')),
  };
}
