import type { Service } from '../service.ts';
import type { Window } from '../window.ts';
import { WindowError } from '../window-errors.ts';
import { type KnownOfVisit, visitRequest } from './visit-request.ts';

/**
 * - `opened`, `invited`: what it led to
 * - `unchanged`: open already, and nothing more was wanted
 * - `ended`: this service had its visit; one service, one rating
 * - `refused`: the window has no room
 */
export type OpenOutcome = 'opened' | 'invited' | 'unchanged' | 'ended' | 'refused';

/**
 * Opens the visit of a case that a device beside the window names, or goes on with it where a business system opened it
 * before. A case that had its visit gets no second one, however often its slip is scanned: that is one event.
 * @throws the ledger's error: nothing was kept
 */
export function openOrInvite(service: Service, known: KnownOfVisit): OpenOutcome {
  const { window } = service;
  const visitId = window.visitOf(known.caseNo, known.serviceNo);
  if (visitId !== null) return goOn(window, visitId, known);
  try {
    service.openVisit(visitRequest(service.provisioned.document, known), null);
    return 'opened';
  } catch (error) {
    if (!(error instanceof WindowError)) throw error;
    window.note('visit_not_opened', { trigger: known.trigger, code: error.code });
    return 'refused';
  }
}

function goOn(window: Window, visitId: string, { trigger, inviteAtOnce }: KnownOfVisit): OpenOutcome {
  if (window.visitState(visitId) === 'closed') {
    window.note('visit_asked_again', { visitId, trigger });
    return 'ended';
  }
  if (!inviteAtOnce) return 'unchanged';
  window.invite(visitId);
  return 'invited';
}
