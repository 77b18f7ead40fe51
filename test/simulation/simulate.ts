import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { runFleet } from './fleet/main.ts';
import { type RunReport, simulate, simulateTwins } from './run.ts';

/**
 * Entry of `npm run simulate`: seeds over worker threads, the first broken promise with its seed, exit code 1 then. From a
 * thousand devices on it is a fleet by its schedule and retry rules alone, one seed of one outage.
 */

interface Task {
  seeds: number[];
  devices: number;
  days: number;
}

/** More than a city's halls; what lies between is simulated whole, and takes its time. */
const FLEET = 1_000;
/** So many seeds apart: one run as twins, and one under real cryptography. */
const TWINS_EVERY = 25;
const REAL_EVERY = 200;
/** What a run leaves behind dies young; room for it saves the collector most of its work. */
const ROOMY = { maxYoungGenerationSizeMb: 96 };
/** Seeds that a worker takes at once: small enough that all end together. */
const SHARE = 10;

const wholeNumber = (name: string, text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name}: a whole number`);
};

async function runSeed(seed: number, { devices, days }: Task): Promise<RunReport> {
  if (seed % TWINS_EVERY === 0) return simulateTwins({ seed, devices, days });
  return simulate({ seed, devices, days, isReal: seed % REAL_EVERY === 1 });
}

async function work(): Promise<void> {
  // Thousands of refusals and aborts a month are meant; nobody reads where they were made.
  Error.stackTraceLimit = 0;
  parentPort?.on('message', async (task: Task) => {
    const reports: RunReport[] = [];
    for (const seed of task.seeds) reports.push(await runSeed(seed, task));
    parentPort?.postMessage(reports);
  });
}

interface Totals {
  runs: number;
  visits: number;
  ratings: number;
  records: number;
  attempts: number;
}

interface Options {
  seeds: number;
  from: number;
  devices: number;
  days: number;
  workers: number;
  /** Where a fleet's chart goes. */
  chart: string | null;
}

function readOptions(): Options {
  const text = { type: 'string' } as const;
  const options = { seeds: text, from: text, devices: text, days: text, workers: text, chart: text };
  const { values } = parseArgs({ options });
  const { seeds = '2000', from = '1', devices = '1', days = '30', workers = String(availableParallelism()) } = values;
  const numbers = Object.entries({ seeds, from, devices, days, workers }).map(([name, value]) => [
    name,
    wholeNumber(name, value),
  ]);
  return { ...(Object.fromEntries(numbers) as Omit<Options, 'chart'>), chart: values.chart ?? null };
}

/**
 * Hands out seeds in their order until they are used up or a promise is broken; then what was handed out is awaited, so
 * that the same seed is named however fast each worker is.
 * @returns the first report with complaints
 */
function runAll(options: Options, totals: Totals): Promise<RunReport | null> {
  const { seeds, from, devices, days } = options;
  let next = from;
  let idle = 0;
  let broken: RunReport | null = null;
  const workers = Array.from(
    { length: options.workers },
    () => new Worker(new URL(import.meta.url), { workerData: 'simulate', resourceLimits: ROOMY }),
  );
  const { promise, resolve, reject } = Promise.withResolvers<RunReport | null>();
  const feed = (worker: Worker): void => {
    const left = broken === null ? from + seeds - next : 0;
    const share = Array.from({ length: Math.min(SHARE, left) }, () => next++);
    if (share.length > 0) worker.postMessage({ seeds: share, devices, days } satisfies Task);
    else if (++idle === workers.length) resolve(broken);
  };
  for (const worker of workers) {
    worker.on('error', reject);
    worker.on('message', (reports: RunReport[]) => {
      for (const report of reports) {
        add(totals, report);
        if (report.complaints.length > 0 && report.seed < (broken?.seed ?? Number.POSITIVE_INFINITY)) broken = report;
      }
      feed(worker);
    });
    feed(worker);
  }
  return promise.finally(() => Promise.all(workers.map((worker) => worker.terminate())));
}

function add(totals: Totals, report: RunReport): void {
  totals.runs++;
  totals.visits += report.visits;
  totals.ratings += report.ratings;
  totals.records += report.records;
  totals.attempts += report.attempts;
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.devices >= FLEET) {
    const { devices, from: seed, chart } = options;
    if (!runFleet({ devices, seed, chart })) process.exitCode = 1;
    return;
  }
  const totals: Totals = { runs: 0, visits: 0, ratings: 0, records: 0, attempts: 0 };
  const startedMs = performance.now();
  const broken = await runAll(options, totals);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  if (broken === null) {
    console.log(JSON.stringify({ broken: null, ...totals, days: options.days, devices: options.devices, seconds }));
    return;
  }
  const [first] = broken.complaints;
  const again = `--seeds 1 --from ${broken.seed} --devices ${options.devices} --days ${options.days}`;
  const { seed, fingerprint } = broken;
  console.log(JSON.stringify({ broken: { seed, ...first, fingerprint }, again }));
  process.exitCode = 1;
}

if (!isMainThread && workerData === 'simulate') await work();
else if (import.meta.main) await main();
