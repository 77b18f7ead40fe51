import type { Page } from 'playwright-core';

/** The air around what is drawn on the five buttons: faces, stars, words. */

/** A part of a button as it is drawn, in CSS pixels of its page. */
interface Drawn {
  name: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What stands nearer than it may, as `3: face 1.5 px from the border`. */
export interface Crowded {
  level: string;
  what: string;
  px: number;
}

/**
 * How near to the border of its button (its inner side, round corners too) a face, a star or a word comes, and to another
 * kind of part: the nearest of each. A letter is taken for its em square, since its line is higher than what is drawn of it.
 */
export const partsInTheirButtons = (page: Page): Promise<Crowded[]> =>
  page.locator('.grade').evaluateAll((grades) => {
    return grades.flatMap((grade) => {
      const level = grade.getAttribute('data-level') ?? '';
      const parts = [
        ...shapesOf(grade, 'face', '.face-disc'),
        ...shapesOf(grade, 'stars', '.stars path'),
        ...wordsOf(grade),
      ];
      const nearest = new Map<string, number>();
      const note = (what: string, px: number) => nearest.set(what, Math.min(px, nearest.get(what) ?? px));
      for (const [index, part] of parts.entries()) {
        note(`${part.name} from the border`, spaceToBorder(part, grade));
        for (const other of parts.slice(index + 1))
          if (other.name !== part.name) note(`${part.name} from ${other.name}`, spaceBetween(part, other));
      }
      return [...nearest].map(([what, px]) => ({ level, what, px }));
    });

    function shapesOf(grade: Element, name: string, selector: string): Drawn[] {
      return [...grade.querySelectorAll(selector)].map((shape) => {
        const { left, top, right, bottom } = shape.getBoundingClientRect();
        return { name, left, top, right, bottom };
      });
    }

    function wordsOf(grade: Element): Drawn[] {
      const label = grade.querySelector('.grade-label')!;
      const { fontSize, writingMode } = getComputedStyle(label);
      const half = Number.parseFloat(fontSize) / 2;
      const letters = document.createRange();
      letters.selectNodeContents(label);
      return [...letters.getClientRects()]
        .filter(({ width, height }) => width > 0 && height > 0)
        .map(({ left, top, right, bottom }) => {
          const [x, y] = [(left + right) / 2, (top + bottom) / 2];
          return writingMode === 'horizontal-tb'
            ? { name: 'words', left, top: y - half, right, bottom: y + half }
            : { name: 'words', left: x - half, top, right: x + half, bottom };
        });
    }

    function spaceToBorder(part: Drawn, grade: Element): number {
      const { left, top, right, bottom } = grade.getBoundingClientRect();
      const { borderTopWidth, borderTopLeftRadius } = getComputedStyle(grade);
      const edge = Number.parseFloat(borderTopWidth);
      const round = Number.parseFloat(borderTopLeftRadius) - edge;
      const across = Math.min(part.left - left, right - part.right) - edge;
      const down = Math.min(part.top - top, bottom - part.bottom) - edge;
      // In the round of a corner the border is nearer than its sides.
      const isInCorner = across < round && down < round && part.name === 'stars';
      return isInCorner ? round - Math.hypot(round - across, round - down) : Math.min(across, down);
    }

    function spaceBetween(a: Drawn, b: Drawn): number {
      const across = Math.max(b.left - a.right, a.left - b.right);
      const down = Math.max(b.top - a.bottom, a.top - b.bottom);
      return Math.max(across, down);
    }
  });

/** Space (px) between the round tick of the chosen grade, the rim of its face, and the nearest other grade; below 0 it covers it. */
export const aroundTick = (page: Page): Promise<{ face: number; other: number }> =>
  page.locator('.grade[aria-pressed=true]').evaluate((grade) => {
    const box = grade.getBoundingClientRect();
    const { left, top, width } = getComputedStyle(grade, '::after');
    const edge = Number.parseFloat(getComputedStyle(grade).borderTopWidth);
    const half = Number.parseFloat(width) / 2;
    const tick = {
      x: box.left + edge + Number.parseFloat(left) + half,
      y: box.top + edge + Number.parseFloat(top) + half,
    };
    const disc = grade.querySelector('.face-disc')!.getBoundingClientRect();
    const face = { x: disc.left + disc.width / 2, y: disc.top + disc.height / 2 };
    const spaces = [...document.querySelectorAll('.grade[aria-pressed=false]')].map((other) => {
      const from = other.getBoundingClientRect();
      const across = Math.max(from.left - tick.x, tick.x - from.right, 0);
      const down = Math.max(from.top - tick.y, tick.y - from.bottom, 0);
      return Math.hypot(across, down) - half;
    });
    return {
      face: Math.hypot(tick.x - face.x, tick.y - face.y) - half - disc.width / 2,
      other: Math.min(...spaces),
    };
  });
