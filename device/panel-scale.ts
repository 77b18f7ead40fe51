/**
 * How much larger than one pixel of the panel a CSS pixel has to be, so that five grades of 20 mm, 8 mm apart, are that on
 * this panel. The pages' style sheets have their millimetres built in for the panels they were drawn on: on a denser one
 * the window is scaled, and the media queries see the smaller viewport that is left. Pure.
 */

/** In CSS pixels of the window; `ratio` pixels of the panel to one of them (`devicePixelRatio`). */
export interface Viewport {
  width: number;
  height: number;
  ratio: number;
}

/** In pixels of its own. */
export interface Panel {
  widthPx: number;
  heightPx: number;
}

type Size = Pick<Viewport, 'width' | 'height'>;

interface Layout {
  /** As the media queries choose it; the first that does counts. */
  isFor: (size: Size) => boolean;
  /**
   * Dots to an inch on which its grades are still 20 mm and 8 mm apart, to half a pixel. More than the panel it was drawn
   * on has where letters are larger there: 21.5 inches show 10.1 inches in letters of 1.35 times and more.
   */
  densestDpi: number;
  /** The smallest viewport in which it was seen whole in every language and mode. */
  least: Size;
}

const isUpright = ({ width, height }: Size) => height >= width;

/** What `app/pages/citizen` and `shared/panel-size.css` tell apart; `test/browser/panels.test.ts` holds each to its numbers. */
const LAYOUTS: readonly Layout[] = [
  // 21.5 in upright
  {
    isFor: (size) => isUpright(size) && size.width >= 1000 && size.height >= 1600,
    densestDpi: 201,
    least: { width: 1080, height: 1728 },
  },
  // 10.1 in upright
  { isFor: isUpright, densestDpi: 150, least: { width: 799, height: 1279 } },
  // 21.5 in
  {
    isFor: ({ width, height }) => width >= 1600 && height >= 900,
    densestDpi: 201,
    least: { width: 1900, height: 1068 },
  },
  // 7 in of 1024 × 600
  {
    isFor: ({ width, height }) => width >= 1000 && height >= 580 && height <= 600,
    densestDpi: 170,
    least: { width: 1020, height: 597 },
  },
  // 7 in of 800 × 480
  { isFor: ({ height }) => height <= 600, densestDpi: 134, least: { width: 793, height: 480 } },
  // 10.1 in, and 1366 × 768
  { isFor: () => true, densestDpi: 150, least: { width: 1260, height: 768 } },
];

/** What a layout holds, or does not. */
export interface Held {
  /** Dots to an inch up to which it holds 20 mm, at the window's scale. */
  dpi: number;
  /** All of it is whole. */
  isWhole: boolean;
}

export function heldBy({ width, height, ratio }: Viewport): Held {
  const { densestDpi, least } = LAYOUTS.find(({ isFor }) => isFor({ width, height }))!;
  return { dpi: densestDpi * ratio, isWhole: width >= least.width && height >= least.height };
}

/** What a grade is at least (mm) on a panel of `dpi`, under a layout that holds 20 mm up to `heldDpi`. */
export const gradeMm = (heldDpi: number, dpi: number): number => (20 * heldDpi) / dpi;

export interface PanelFit {
  /** Pixels of the panel to a CSS pixel, in hundredths, 1 or more. */
  scale: number;
  /** `short`: no scale leaves room for 20 mm, this one comes nearest. `none`: no layout is whole on this panel. */
  fit: 'whole' | 'short' | 'none';
}

/** Of every panel that somebody can rate on; four times is 4K on 10 inches. */
const MOST_HUNDREDTHS = 500;
const SCALES = Array.from({ length: MOST_HUNDREDTHS - 99 }, (_, index) => (100 + index) / 100);

/** The smallest scale under which the layout that its viewport selects is whole and holds 20 mm on a panel of `dpi`. */
export function panelFit(panel: Panel, dpi: number): PanelFit {
  const whole: { scale: number; held: Held }[] = [];
  for (const scale of SCALES) {
    const held = heldAt(panel, scale);
    if (held.isWhole && held.dpi >= dpi) return { scale, fit: 'whole' };
    if (held.isWhole) whole.push({ scale, held });
  }
  const [nearest] = whole.toSorted((a, b) => b.held.dpi - a.held.dpi);
  return nearest === undefined ? { scale: 1, fit: 'none' } : { scale: nearest.scale, fit: 'short' };
}

/**
 * What a side may be. Zoomed, Chromium rounds it down; started with a scale it rounds up, to twice: of 1280 × 800 at 1.42 it
 * made 903 × 565.
 */
export function sidesAt(px: number, ratio: number): number[] {
  const isExact = Number.isInteger(ratio);
  const slack = isExact ? 0 : 1e-6;
  const least = Math.floor(px / ratio - slack);
  const most = Math.ceil(px / ratio + slack) + (isExact ? 0 : 1);
  return Array.from({ length: most - least + 1 }, (_, index) => least + index);
}

/** Whichever way the browser rounds, the less of it counts. */
function heldAt({ widthPx, heightPx }: Panel, ratio: number): Held {
  const widths = sidesAt(widthPx, ratio);
  const heights = sidesAt(heightPx, ratio);
  const ways = widths.flatMap((width) => heights.map((height) => heldBy({ width, height, ratio })));
  return { dpi: Math.min(...ways.map(({ dpi }) => dpi)), isWhole: ways.every(({ isWhole }) => isWhole) };
}

/** The panel under a window that fills it, but for what the browser rounded. */
export const panelUnder = ({ width, height, ratio }: Viewport): Panel => ({
  widthPx: Math.round(width * ratio),
  heightPx: Math.round(height * ratio),
});

/** Two CSS pixels at the largest scale: the same panel seen at two scales differs by no more. */
const ROUNDING_PX = 10;
export const isSamePanel = (a: Panel, b: Panel): boolean =>
  Math.abs(a.widthPx - b.widthPx) <= ROUNDING_PX && Math.abs(a.heightPx - b.heightPx) <= ROUNDING_PX;
