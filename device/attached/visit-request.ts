import unnamedItem from '../../assets/unnamed-item.json' with { type: 'json' };
import type { Configuration } from '../identity/configuration.ts';
import type { OpenRequest } from '../service.ts';

/** What a device beside the window knows of a visit; everything else is the configuration's. */
export interface KnownOfVisit {
  caseNo: string;
  serviceNo: number;
  trigger: 'queue' | 'scan';
  inviteAtOnce: boolean;
  /** Code of the item; what the configuration does not list is not believed. */
  itemCode?: string | undefined;
  /** 工号, as a queue system has it. */
  staffNumber?: string | undefined;
}

/** No roster has it: nobody said who is at the window. */
export const UNKNOWN_STAFF = 'unknown';

/**
 * The request that opens such a visit. Item and staff are named only where they are certain: the one that was told, or
 * the only one that the window has. Pure.
 */
export function visitRequest({ items, staff }: Configuration, known: KnownOfVisit): OpenRequest {
  const { caseNo, serviceNo, trigger, inviteAtOnce, itemCode, staffNumber } = known;
  const item = items.find(({ code }) => code === itemCode) ?? (items.length === 1 ? items[0]! : unnamedItem);
  const person = staff.find(({ number }) => number === staffNumber) ?? (staff.length === 1 ? staff[0]! : null);
  return {
    caseNo,
    serviceNo,
    itemCode: item.code,
    itemName: item.name,
    staffId: person?.id ?? UNKNOWN_STAFF,
    servedAt: null,
    trigger,
    inviteAtOnce,
  };
}
