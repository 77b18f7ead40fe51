import { expect, it } from 'vitest';
import { inviting } from '../../../test/support/page-samples.ts';
import { takeFirstView } from './first-view.ts';

function documentWith(textContent: string | null) {
  const removed: string[] = [];
  const element = textContent === null ? null : { textContent, remove: () => removed.push(textContent) };
  return { removed, querySelector: () => element } as unknown as Document & { removed: string[] };
}

it('takes the view out of the document', () => {
  const document = documentWith(JSON.stringify({ type: 'view', view: inviting }));
  expect(takeFirstView(document)).toEqual(inviting);
  expect(document.removed).toHaveLength(1);
});

it.each([null, '', '{"type":"view"', '{"type":"ack","n":1,"kept":true,"code":null}'])('finds none in %j', (text) => {
  expect(takeFirstView(documentWith(text))).toBeNull();
});
