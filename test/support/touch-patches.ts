import type { Page } from 'playwright-core';

/** The middles of the touch test's patches that were not touched yet and where nothing lies above them, in CSS px. */
export function freePatches(page: Page): Promise<[x: number, y: number][]> {
  return page.locator('.touch-cell[aria-pressed=false]').evaluateAll((all) =>
    all.flatMap((cell): [number, number][] => {
      const { left, top, width, height } = cell.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      return document.elementFromPoint(x, y) === cell ? [[x, y]] : [];
    }),
  );
}
