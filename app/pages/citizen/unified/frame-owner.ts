import type { CitizenView } from '../../../../device/visit/views.ts';
import { visitOf } from '../model.ts';

/** The visit whose official page this document framed; what that page stored lasts as long as the document. */
let owner: string | null = null;

/** Whether the official page may be opened for `visitId` in this document: only where no other visit's was. */
export const mayFrame = (visitId: string): boolean => owner === null || owner === visitId;

/**
 * Gives the frame to the visit of `view`, or says that the document must be loaded anew: another visit began, or nobody's
 * view came. Thanks belong to the visit still, though they come without its number.
 */
export function mustReload(view: CitizenView | null): boolean {
  if (view === null || view.screen === 'thanks' || view.screen === 'ended') return false;
  const visitId = visitOf(view);
  if (owner === null && view.screen === 'inviting' && view.unifiedPage !== null) owner = visitId;
  return owner !== null && owner !== visitId;
}
