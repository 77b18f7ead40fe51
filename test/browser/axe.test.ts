import { describe, expect, it } from 'vitest';
import type { CitizenView } from '../../device/visit/views.ts';
import { ALL_LANGUAGES, useArrangedPages } from '../support/arranged-pages.ts';
import { chooseLanguage, chooseModes, MODES } from '../support/comfort-choices.ts';
import { axeViolations } from '../support/page-measures.ts';
import { citizenSamples } from '../support/page-samples.ts';

/** What a screen reader meets on every screen of a citizen, in every language, plain and with all modes at once. */

const { open, show, arrange } = useArrangedPages();

/** Nobody chooses on them: the screen is dark, or only staff can help. */
const hasSwitches = ({ screen }: CitizenView, name: string): boolean =>
  screen !== 'out_of_service' && name !== 'idle-night';
/** Nobody's visit: what was chosen before is gone, and who stands there chooses there. */
const isBetween = ({ screen }: CitizenView): boolean => screen === 'idle';

describe.each(ALL_LANGUAGES)('in %s', (language) => {
  it.each([
    ['plain', []],
    ['all modes at once', MODES],
  ] as const)('axe finds no fault on any screen: %s', async (_name, modes) => {
    const page = await open();
    for (const [name, sample] of Object.entries(citizenSamples)) {
      // Texts that nobody approved yet are offered in trial mode only.
      const view = { ...sample, trial: true };
      if (!hasSwitches(view, name)) continue;
      if (isBetween(view)) {
        await show(page, view);
        await chooseLanguage(page, language);
        await chooseModes(page, modes);
      } else await arrange(page, language, modes, view);
      expect(await page.locator('html').getAttribute('lang'), name).toBe(language);
      expect(await axeViolations(page), name).toEqual([]);
    }
  });
});
