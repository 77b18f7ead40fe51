import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * Contrast as it reaches the eye: a panel gives off the light of a colour and throws back some of the hall's. At 500 lx,
 * the light of an office desk, that eats more of it than the ratio of two colours tells (which counts 5 % of white).
 */

/** The least a counter's panel may have, cd/m² (voting-system draft), and what it gives off when black. */
const WHITE = 130;
const BLACK = WHITE / 1000;
/** Diffuse reflection of a panel behind anti-glare glass; a glossy one also mirrors, which no colour can mend. */
const REFLECTANCE = 0.045;
const HALL_LX = 500;

type Tokens = ReadonlyMap<string, string>;

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

/** Custom properties of the first rule of `selector`. */
function tokensOf(css: string, selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`no rule ${selector}`);
  const rule = css.slice(start, css.indexOf('}', start));
  return new Map([...rule.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]));
}

interface Oklch {
  lightness: number;
  chroma: number;
  hue: number;
}

/** A colour that tokens give, by its name or as written. */
function oklchOf(color: string, tokens: Tokens): Oklch {
  const name = /^var\(--([\w-]+)\)$/.exec(color)?.[1];
  if (name !== undefined) return oklchOf(tokens.get(name) ?? '', tokens);
  const parts = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(color.replace('var(--hue)', tokens.get('hue') ?? ''));
  if (parts === null) throw new Error(`not a colour: ${color}`);
  const [lightness = 0, chroma = 0, hue = 0] = parts.slice(1).map(Number);
  return { lightness, chroma, hue };
}

type Cones = [long: number, middle: number, short: number];

function conesOf({ lightness, chroma, hue }: Oklch): Cones {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [long, middle, short];
}

/** Relative luminance of an OKLCH colour or a word, 0 … 1. */
function luminance(color: string, tokens: Tokens): number {
  if (color === 'white') return 1;
  if (color === 'black') return 0;
  const name = /^var\(--([\w-]+)\)$/.exec(color)?.[1];
  if (name !== undefined) return luminance(tokens.get(name) ?? '', tokens);
  const [long, middle, short] = conesOf(oklchOf(color, tokens));
  // The row of Y in the inverse of OKLab's matrix to long, middle and short cones.
  return Math.min(1, -0.0405801784 * long + 1.1122568696 * middle - 0.0716766787 * short);
}

/** Red, green and blue as a panel mixes them, linear; outside 0 … 1 it cannot, and shows another colour. */
function mixedFrom([long, middle, short]: Cones): number[] {
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
}

function contrast(first: string, second: string, tokens: Tokens, lux: number): number {
  const seen = [first, second].map((color) => {
    const own = luminance(color, tokens) * (WHITE - BLACK) + BLACK;
    return own + (REFLECTANCE * lux) / Math.PI;
  });
  return Math.max(...seen) / Math.min(...seen);
}

const house = tokensOf(read('./tokens.css'), ':root');
const contrastMode = read('../citizen/contrast.css');
const highContrast = new Map([...house, ...tokensOf(contrastMode, '[data-contrast]')]);
const night = new Map([...house, ...tokensOf(read('../citizen/content.css'), ':root:has([data-night])')]);
const gradeOf = (level: number): Tokens =>
  new Map([
    ...house,
    ...tokensOf(read('./tokens.css'), '[data-level]'),
    ...tokensOf(read('./tokens.css'), `[data-level="${level}"]`),
  ]);

const ROOMS = [
  ['in a hall of 500 lx', HALL_LX],
  ['in a dark room', 0],
] as const;

/** Text on what it stands on. */
const TEXTS = [
  ['ink', 'paper'],
  ['ink', 'surface'],
  ['ink-soft', 'paper'],
  ['house', 'paper'],
  ['house', 'house-soft'],
  ['on-house', 'house'],
  ['note-ink', 'note'],
] as const;

describe.each(ROOMS)('%s', (_name, lux) => {
  it.each(TEXTS)('%s on %s reads at 7:1', (text, ground) => {
    expect(contrast(`var(--${text})`, `var(--${ground})`, house, lux)).toBeGreaterThanOrEqual(7);
  });

  it('edges of controls stand out at 3:1', () => {
    for (const ground of ['paper', 'surface']) {
      expect(contrast('var(--edge)', `var(--${ground})`, house, lux)).toBeGreaterThanOrEqual(3);
    }
  });

  it.each([5, 4, 3, 2, 1])('grade %i: label at 10:1, face at 7:1, edge and empty stars at 3:1', (level) => {
    const grade = gradeOf(level);
    expect(contrast('var(--grade-ink)', 'var(--grade-ground)', grade, lux)).toBeGreaterThanOrEqual(10);
    expect(contrast('var(--grade-ink)', 'var(--grade-disc)', grade, lux)).toBeGreaterThanOrEqual(7);
    expect(contrast('var(--grade-edge)', 'var(--grade-ground)', grade, lux)).toBeGreaterThanOrEqual(3);
    expect(contrast('var(--grade-edge)', 'var(--paper)', grade, lux)).toBeGreaterThanOrEqual(3);
  });

  it('高对比度 has 10:1 for every text', () => {
    for (const [text, ground] of TEXTS) {
      expect(contrast(`var(--${text})`, `var(--${ground})`, highContrast, lux)).toBeGreaterThanOrEqual(10);
    }
  });

  it('the night’s face can be read at 4.5:1', () => {
    for (const text of ['ink', 'ink-soft', 'house', 'note-ink']) {
      expect(contrast(`var(--${text})`, 'var(--paper)', night, lux)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

it('the night’s ground gives off less than 1 cd/m², even on a panel twice as bright', () => {
  expect(luminance('var(--paper)', night) * 2 * WHITE).toBeLessThan(1);
});

it('the five grades are equally dark, each in its ink, its disc and its ground', () => {
  for (const part of ['ink', 'disc', 'ground', 'edge']) {
    const all = [5, 4, 3, 2, 1].map((level) => luminance(`var(--grade-${part})`, gradeOf(level)));
    expect(Math.max(...all) / Math.min(...all)).toBeLessThan(1.2);
  }
});

describe('the colours of the five grades', () => {
  const LEVELS = [5, 4, 3, 2, 1];
  const PARTS = ['ground', 'disc', 'edge', 'ink'];
  const coloursOf = (part: string) => LEVELS.map((level) => oklchOf(`var(--grade-${part})`, gradeOf(level)));

  it.each(PARTS)('have one lightness and one chroma, which every panel can mix: %s', (part) => {
    const colours = coloursOf(part);
    expect(new Set(colours.map(({ lightness, chroma }) => `${lightness} ${chroma}`)).size).toBe(1);
    for (const amount of colours.flatMap((colour) => mixedFrom(conesOf(colour)))) {
      expect(amount).toBeGreaterThanOrEqual(0);
      expect(amount).toBeLessThanOrEqual(1);
    }
  });

  it('have hues in order and equally far apart, none of an alarm (red to orange) and none of praise (green)', () => {
    for (const part of PARTS) {
      const hues = coloursOf(part).map(({ hue }) => hue);
      const steps = hues.slice(1).map((hue, index) => hue - (hues[index] ?? 0));
      expect(Math.min(...steps)).toBeGreaterThan(0);
      expect(new Set(steps).size).toBe(1);
      for (const hue of hues) expect(hue < 345 && hue > 60 && !(hue > 110 && hue < 180), `hue ${hue}`).toBe(true);
    }
  });

  it('differ by their hue alone, and no other sheet gives one of them a colour', () => {
    const css = read('./tokens.css');
    for (const level of LEVELS) expect([...tokensOf(css, `[data-level="${level}"]`).keys()]).toEqual(['hue']);
    const sheets = readdirSync(new URL('../citizen', import.meta.url)).filter((file) => file.endsWith('.css'));
    expect(sheets.length).toBeGreaterThan(10);
    for (const file of sheets) expect(read(`../citizen/${file}`), file).not.toMatch(/data-level\W?="?\d|--hue:/);
  });
});
