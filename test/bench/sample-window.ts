import { systemClock } from '../../device/clock.ts';
import type { WindowEntry } from '../../device/entry.ts';
import type { Also } from '../../device/ledger/ledger.ts';
import type { LedgerRecord } from '../../device/ledger/record.ts';
import { newId } from '../../device/new-id.ts';
import { builtinCalendar, builtinCatalogue, builtinPacks } from '../../device/policy/builtin.ts';
import { type VisitRequest, Window } from '../../device/window.ts';

/** What the window of a device writes, taken from the window itself: no stand-in text can be too small. */

/** Everything of one commit. */
export interface Commit {
  entries: readonly WindowEntry[];
  also: Also;
}

/** A store that keeps nothing but the last commit. */
class LastCommit {
  commit: Commit = { entries: [], also: {} };
  readonly #state = new Map<string, string>();

  append(entries: readonly WindowEntry[], also: Also): LedgerRecord[] {
    this.commit = { entries, also };
    for (const [key, text] of Object.entries(also.state ?? {})) {
      if (text !== null) this.#state.set(key, text);
    }
    return [];
  }

  state(key: string): string | null {
    return this.#state.get(key) ?? null;
  }

  stateKeys(): string[] {
    return [];
  }
}

function rules() {
  const pack = builtinPacks.get('neimenggu-2022');
  if (pack === undefined) throw new Error('the built-in pack neimenggu-2022 is gone');
  return { pack, catalogue: builtinCatalogue, calendar: builtinCalendar, warnings: [] };
}

/** A visit like those of a real hall. @param number makes the case number */
export function visitRequest(number: number): VisitRequest {
  return {
    caseNo: `1501022026${String(number).padStart(8, '0')}`,
    serviceNo: 1,
    itemCode: '11150100MB1234567X4000117010001',
    itemName: '国有建设用地使用权及房屋所有权转移登记',
    window: 'A-07',
    staffId: 'staff-0107',
    servedAt: systemClock.wallMs(),
    trigger: 'business',
    inviteAtOnce: true,
  };
}

/**
 * The commit of one tap on a face, with another case waiting behind: one rating record, and the state of the window.
 * @param number makes the case number
 */
export function ratingCommit(number: number): Commit {
  const store = new LastCommit();
  const throwOn = (error: unknown): void => {
    throw error;
  };
  const window = new Window({
    store,
    clock: systemClock,
    newId,
    rules,
    layout: () => 'best-left',
    onFault: throwOn,
  });
  window.start();
  const visitId = window.open(visitRequest(number));
  window.open(visitRequest(number + 1));
  const level = ([1, 2, 3, 4, 5] as const)[number % 5] ?? 5;
  window.citizen({ type: 'rate', visitId, level, language: 'zh-CN' });
  window.stop();
  return store.commit;
}

/** A rating of its own for each number: `entry` with another record, visit and case. */
export function anotherRating(entry: WindowEntry, number: number): WindowEntry {
  const { fact } = entry;
  if (fact.kind !== 'rating') throw new TypeError('no rating');
  const { caseNo } = visitRequest(number);
  return { ...entry, id: newId(), fact: { kind: 'rating', body: { ...fact.body, caseNo, visitId: newId() } } };
}

/** So many ratings as entries of one append, each a case of its own. @param from number of the first case */
export function manyRatings(from: number, count: number): WindowEntry[] {
  const [entry] = ratingCommit(from).entries;
  if (entry === undefined) throw new Error('a tap left no record');
  return Array.from({ length: count }, (_, index) => anotherRating(entry, from + index));
}
