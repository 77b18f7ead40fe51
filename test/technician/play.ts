import { parseArgs } from 'node:util';
import ensureBrowser from '../support/ensure-browser.ts';
import { play, type Report, WAYS, type Way } from './plays.ts';

/** `npm run technician`: follows docs/technician.md on this machine and says how long each instruction took. */

const { values } = parseArgs({
  options: {
    way: { type: 'string', multiple: true, default: [...WAYS] },
    json: { type: 'boolean', default: false },
  },
});
const unknown = values.way.filter((way) => !(WAYS as readonly string[]).includes(way));
if (unknown.length > 0) throw new Error(`--way ${unknown.join(' ')}: one of ${WAYS.join(', ')}`);

const seconds = (ms: number) => `${(ms / 1000).toFixed(1).padStart(6)} s`;

function tell({ way, played, toReceiptMs }: Report): string {
  const lines = played.map(({ unit, tookMs }) => `${seconds(tookMs)}  ${unit}`);
  const sum = played.reduce((total, { tookMs }) => total + tookMs, 0);
  const receipt =
    toReceiptMs === null ? [] : [`${seconds(toReceiptMs)}  from the first start to the first verified receipt`];
  return [`By ${way}:`, ...lines, ...receipt, `${seconds(sum)}  in all`, ''].join('\n');
}

ensureBrowser();
for (const way of values.way as Way[]) {
  const report = await play(way);
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${tell(report)}\n`);
}
process.exit(0);
