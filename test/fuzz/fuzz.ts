import { parseArgs } from 'node:util';
import { chooseSeed } from '../support/random.ts';
import { runFuzz } from './run.ts';

/** `npm run fuzz -- --requests N --seed S`: exits non-zero on the first run with a crash, a 5xx or a wrong effect. */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(chooseSeed()) },
  },
});
const report = await runFuzz(Number(values.requests), Number(values.seed));
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
if (report.broken.length > 0 || report.unauthorisedEffect || report.faults.length > 0) process.exitCode = 1;
