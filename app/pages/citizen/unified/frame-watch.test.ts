import { expect, it } from 'vitest';
import { VirtualClock } from '../../../../device/testing/virtual-clock.ts';
import { FRAME_SILENCE_MS, watchFrame, wordOf } from './frame-watch.ts';

function watching() {
  const clock = new VirtualClock();
  const heard: string[] = [];
  const watch = watchFrame(clock, { onTrouble: () => heard.push('trouble'), onInput: () => heard.push('input') });
  return { clock, heard, watch };
}

it('a page that never answers is in trouble after 3 s, one that answers is not', async () => {
  const { clock, heard, watch } = watching();
  await clock.advance(FRAME_SILENCE_MS - 1);
  watch.hear('alive');
  await clock.advance(FRAME_SILENCE_MS - 1);
  expect(heard).toEqual([]);
  await clock.advance(1);
  expect(heard).toEqual(['trouble']);
});

it('once a citizen began there, silence takes nothing away', async () => {
  const { clock, heard, watch } = watching();
  watch.hear('input');
  watch.hear('alive');
  await clock.advance(FRAME_SILENCE_MS * 20);
  expect(heard).toEqual(['input']);
});

it('after the end nothing is told', async () => {
  const { clock, heard, watch } = watching();
  watch.stop();
  await clock.advance(FRAME_SILENCE_MS * 2);
  expect([heard, clock.timerCount]).toEqual([[], 0]);
});

it.each([
  [{ ratingPage: 'alive' }, 'alive'],
  [{ ratingPage: 'input' }, 'input'],
  [{ ratingPage: 'rated', level: 1 }, null],
  ['alive', null],
  [null, null],
  [{}, null],
])('%j is the word %j', (data, word) => {
  expect(wordOf(data)).toBe(word);
});
