import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { gradeLetters } from '../support/grade-measures.ts';
import { inviting } from '../support/page-samples.ts';

/** What a way to have the screen promises, measured in every language and size. */

const { open, arrange } = useArrangedPages();

describe('the words of the grades', () => {
  it.each<[string, readonly Mode[]]>([
    ['老年模式', ['elder']],
    ['low', ['low']],
    ['all at once', MODES],
  ])('are never smaller than on the ordinary screen, and 30 dp where letters are large: %s', async (_name, modes) => {
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      const ordinary = new Map<string, number[]>();
      await arrange(page, language, [], inviting);
      await onEveryScreen(page, async (_size, at) => void ordinary.set(at, await gradeLetters(page)));
      await arrange(page, language, modes, inviting);
      await onEveryScreen(page, async (size, at) => {
        // Columns leave no room for it on 7 inches.
        const isLarge = modes.includes('elder') && !(language === 'mn-Mong' && size.height === 480);
        const before = ordinary.get(at) ?? [];
        const smaller = (await gradeLetters(page)).filter(
          (px, index) => px < Math.max(before[index]!, isLarge ? leastOf(size).textPx : 0),
        );
        expect(smaller, `${language} ${at}`).toEqual([]);
        expect(before).toHaveLength(5);
      });
    }
  });
});
