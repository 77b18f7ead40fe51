import type { Page } from 'playwright-core';
import { clippedElements, lowContrast, misplacedGradeParts, missedAtOnce, spilledPhoneParts } from './page-measures.ts';
import { coveredByTick, linesBegunByMarks, linesBelowEllipsis, lyingColumns, nearTheEdge } from './page-typography.ts';

/** Everything that is wrong to the eye with the page as it stands; it comes to rest in the first question. */
export async function looks(page: Page): Promise<string[]> {
  const clipped = await clippedElements(page);
  const others = await Promise.all([
    misplacedGradeParts(page),
    spilledPhoneParts(page),
    missedAtOnce(page),
    linesBelowEllipsis(page),
    linesBegunByMarks(page),
    coveredByTick(page),
    nearTheEdge(page),
    lyingColumns(page),
    lowContrast(page, '#app *', 7),
    lowContrast(page, '.grade-label', 10),
  ]);
  return [clipped, ...others].flat();
}
