import type { FleetReport } from './fleet.ts';

/** The load of a fleet over time as a small SVG: ours against another's, with the capacity as a line. */

const WIDTH = 720;
const HEIGHT = 260;
const LEFT = 52;
const BOTTOM = 40;
const TOP = 34;
const MINUTES = 60;
const COLOURS = ['#0b6bcb', '#c0392b'];
const INK = '#444';

export interface ChartOptions {
  /** Records per second. */
  capacity: number;
  outageMs: number;
  title: string;
}

const round = (value: number): string => value.toFixed(1);

/** Mean load of each minute from the centre's return to the end of the drain, as multiples of the capacity. */
function minutes({ load, bucketMs, drainMs }: FleetReport, { capacity, outageMs }: ChartOptions): number[] {
  const perMinute = 60_000 / bucketMs;
  const first = outageMs / bucketMs;
  const length = Math.min(MINUTES, Math.floor((drainMs || Number.POSITIVE_INFINITY) / 60_000));
  return Array.from({ length }, (_none, minute) => {
    const part = load.subarray(first + minute * perMinute, first + (minute + 1) * perMinute);
    return part.reduce((sum, value) => sum + value, 0) / perMinute / capacity;
  });
}

/** @returns an SVG document */
export function chartOf(reports: readonly FleetReport[], options: ChartOptions): string {
  const curves = reports.map((report) => minutes(report, options));
  const highest = Math.max(2, Math.ceil(Math.max(...curves.flat())));
  const x = (minute: number): string => round(LEFT + (minute / MINUTES) * (WIDTH - LEFT - 12));
  const y = (share: number): string => round(HEIGHT - BOTTOM - (share / highest) * (HEIGHT - BOTTOM - TOP));
  const text = (at: [string, string], words: string, more = ''): string =>
    `<text x="${at[0]}" y="${at[1]}"${more}>${words}</text>`;
  const grid = Array.from({ length: highest + 1 }, (_none, share) => {
    const line = `<path d="M${LEFT} ${y(share)}H${WIDTH - 12}" stroke="${share === 1 ? INK : '#ddd'}"${share === 1 ? ' stroke-dasharray="5 3"' : ''}/>`;
    return line + text([String(LEFT - 6), y(share - 0.04)], `${share} ×`, ' text-anchor="end"');
  });
  const ticks = [0, 10, 20, 30, 40, 50, 60].map((minute) =>
    text([x(minute), String(HEIGHT - BOTTOM + 16)], String(minute), ' text-anchor="middle"'),
  );
  const lines = curves.map((curve, index) => {
    const points = curve.map((share, minute) => `${x(minute + 0.5)},${y(share)}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${COLOURS[index]}" stroke-width="2"/>`;
  });
  const names = reports.map(({ rules }, index) =>
    text([String(LEFT + 8 + index * 90), '30'], rules, ` fill="${COLOURS[index]}" font-weight="bold"`),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11" fill="${INK}">`,
    `<title>${options.title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text([String(LEFT + 8), '14'], options.title, ' font-size="12"'),
    ...names,
    ...grid,
    ...ticks,
    text([String(WIDTH / 2), String(HEIGHT - 6)], 'minutes since the centre is back', ' text-anchor="middle"'),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}
