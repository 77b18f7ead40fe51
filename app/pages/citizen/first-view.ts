import type { CitizenView } from '../../../device/visit/views.ts';
import { parseServerMessage } from './link.ts';

/**
 * The view that the appliance put into the page itself, so that the first picture waits for no connection. It is taken
 * out of the document: nothing of a visit may be there in the next. Null where there is none that can be read.
 */
export function takeFirstView(document: Pick<Document, 'querySelector'>): CitizenView | null {
  const element = document.querySelector('#first-view');
  const message = parseServerMessage(element?.textContent);
  element?.remove();
  return message?.type === 'view' ? message.view : null;
}
