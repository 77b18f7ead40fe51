import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gradeMm,
  heldBy,
  isSamePanel,
  type Panel,
  panelFit,
  panelUnder,
  sidesAt,
  type Viewport,
} from './panel-scale.ts';

const panels = fc.record({
  widthPx: fc.integer({ min: 320, max: 4096 }),
  heightPx: fc.integer({ min: 320, max: 4096 }),
});
const dpis = fc.integer({ min: 50, max: 600 });

/** The viewports that a browser may make of a panel, as each side is rounded. */
function viewportsOf({ widthPx, heightPx }: Panel, ratio: number): Viewport[] {
  const heights = sidesAt(heightPx, ratio);
  return sidesAt(widthPx, ratio).flatMap((width) => heights.map((height) => ({ width, height, ratio })));
}

const holds = (panel: Panel, scale: number, dpi: number): boolean =>
  viewportsOf(panel, scale).every((viewport) => heldBy(viewport).isWhole && heldBy(viewport).dpi >= dpi);

const smaller = (scale: number): number[] =>
  Array.from({ length: Math.round(scale * 100) - 100 }, (_, index) => (100 + index) / 100);

describe('whatever the panel and its dots to an inch', () => {
  it('is never shown smaller than it is drawn, and in hundredths', () => {
    fc.assert(
      fc.property(panels, dpis, (panel, dpi) => {
        const { scale } = panelFit(panel, dpi);
        expect([scale >= 1, Math.round(scale * 100) / 100]).toEqual([true, scale]);
      }),
    );
  });

  it('a scale that fits gives 20 mm in a whole layout, however the browser rounds, and no smaller one does', () => {
    fc.assert(
      fc.property(panels, dpis, (panel, dpi) => {
        const { scale, fit } = panelFit(panel, dpi);
        fc.pre(fit === 'whole');
        for (const viewport of viewportsOf(panel, scale)) {
          expect(gradeMm(heldBy(viewport).dpi, dpi)).toBeGreaterThanOrEqual(20);
          expect(viewport.width >= 793 && viewport.height >= 480, 'no smaller than any page is made for').toBe(true);
        }
        expect(smaller(scale).filter((less) => holds(panel, less, dpi))).toEqual([]);
      }),
    );
  });

  it('says so where no scale leaves room for 20 mm, and keeps the layout whole', () => {
    fc.assert(
      fc.property(panels, dpis, (panel, dpi) => {
        const { scale, fit } = panelFit(panel, dpi);
        fc.pre(fit === 'short');
        expect(viewportsOf(panel, scale).every((viewport) => heldBy(viewport).isWhole)).toBe(true);
        expect(smaller(5).filter((other) => holds(panel, other, dpi))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves a panel alone on which no layout is whole', () => {
    fc.assert(
      fc.property(panels, dpis, (panel, dpi) => {
        const { scale, fit } = panelFit(panel, dpi);
        fc.pre(fit === 'none');
        expect([scale, smaller(5).filter((other) => holds(panel, other, 50))]).toEqual([1, []]);
      }),
      { numRuns: 30 },
    );
  });

  it('a page that is shown at its scale tells the same panel again, so that no window is exchanged twice', () => {
    fc.assert(
      fc.property(panels, dpis, (panel, dpi) => {
        const { scale } = panelFit(panel, dpi);
        for (const viewport of viewportsOf(panel, scale)) expect(isSamePanel(panelUnder(viewport), panel)).toBe(true);
      }),
    );
  });
});

describe('the side of a viewport', () => {
  it.each([
    [1280, 1, [1280]],
    [3841, 2, [1920, 1921]],
    [1280, 1.42, [901, 902, 903]],
    [800, 1.42, [563, 564, 565]],
    // As floats are, it may be either.
    [768, 1.28, [599, 600, 601, 602]],
  ])('of %i pixels at %f', (px, ratio, sides) => {
    expect(sidesAt(px, ratio)).toEqual(sides);
  });
});

describe('a panel that a hall has', () => {
  it.each([
    ['7 in, 800 × 480', 800, 480, 133, 1, 'whole'],
    ['7 in, 1024 × 600', 1024, 600, 170, 1, 'whole'],
    ['10.1 in, 1024 × 600', 1024, 600, 118, 1, 'whole'],
    ['10.1 in, 1280 × 800', 1280, 800, 149, 1, 'whole'],
    ['10.1 in, 1280 × 800, rounded up', 1280, 800, 150, 1, 'whole'],
    ['10.1 in upright', 800, 1280, 149, 1, 'whole'],
    ['15.6 in, 1366 × 768', 1366, 768, 100, 1, 'whole'],
    ['21.5 in', 1920, 1080, 102, 1, 'whole'],
    ['21.5 in upright', 1080, 1920, 102, 1, 'whole'],
    // 21.5 inches show 10.1 in larger letters: that is 20 mm up to 201 dpi.
    ['15.6 in, 1920 × 1080', 1920, 1080, 141, 1, 'whole'],
    ['13.3 in, 1920 × 1080', 1920, 1080, 166, 1, 'whole'],
    ['27 in, 4K', 3840, 2160, 163, 1, 'whole'],
    ['15.6 in, 4K', 3840, 2160, 282, 1.41, 'whole'],
    // As 7 in.
    ['8 in, 1280 × 800', 1280, 800, 189, 1.42, 'whole'],
    ['10.1 in, 1920 × 1080', 1920, 1080, 218, 1.87, 'whole'],
    // As 10.1 in of 1280 × 800.
    ['10.1 in, 1920 × 1200', 1920, 1200, 224, 1.5, 'whole'],
    ['10.1 in upright, 1200 × 1920', 1200, 1920, 224, 1.5, 'whole'],
    // Between two layouts nothing would be whole at its own pixels.
    ['15 in, 1024 × 768', 1024, 768, 85, 1.29, 'whole'],
    ['10.1 in, 1280 × 720', 1280, 720, 145, 1.25, 'whole'],
    ['20 in, 1600 × 900', 1600, 900, 92, 1.01, 'whole'],
    // No layout for so little.
    ['5 in, 800 × 480', 800, 480, 187, 1, 'short'],
    ['8 in upright', 800, 1280, 189, 1, 'short'],
    ['7 in upright, 600 × 1024', 600, 1024, 170, 1, 'none'],
  ])('%s', (_name, widthPx, heightPx, dpi, scale, fit) => {
    expect(panelFit({ widthPx, heightPx }, dpi)).toEqual({ scale, fit });
  });
});
