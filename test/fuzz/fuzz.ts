import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chooseSeed } from '../support/random.ts';
import { emptyReport, type FuzzReport, runFuzz, unreached } from './run.ts';

/**
 * `npm run fuzz -- --requests N --seed S`: exits non-zero on a crash, a 5xx, a request that was forgotten, a route that
 * was not reached or an effect that nobody may have. One device and its senders a processor, each by a seed of its own.
 */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(chooseSeed()) },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});
const [requests, seed, workers] = [Number(values.requests), Number(values.seed), Number(values.workers)];
const isShare = process.send !== undefined;

async function share(index: number): Promise<FuzzReport> {
  const args = ['--requests', String(Math.ceil(requests / workers)), '--seed', String(seed + index)];
  const child = fork(fileURLToPath(import.meta.url), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`a share ended before its report: ${code ?? signal}`);
  });
  ended.catch(() => undefined);
  const [report] = (await Promise.race([once(child, 'message'), ended])) as [FuzzReport];
  return report;
}

function add(to: Record<string, number>, more: Record<string, number>): void {
  for (const [name, count] of Object.entries(more)) to[name] = (to[name] ?? 0) + count;
}

function together(reports: readonly FuzzReport[]): FuzzReport {
  const sum = emptyReport(seed);
  for (const { sent, ends, routes, broken } of reports) {
    sum.sent += sent;
    for (const kind of ['request', 'raw', 'frame'] as const) add(sum.ends[kind], ends[kind]);
    for (const [route, counts] of Object.entries(routes)) {
      const entry = sum.routes[route] ?? { sent: 0, reached: 0 };
      sum.routes[route] = entry;
      entry.sent += counts.sent;
      entry.reached += counts.reached;
    }
    sum.broken.push(...broken);
  }
  // Fewer may miss one by chance.
  if (requests >= 20_000) sum.broken.push(...unreached(sum).map((route) => `never reached: ${route}`));
  return sum;
}

function tell({ sent, ends, routes, broken }: FuzzReport, tookMs: number): string {
  const rate = Math.round(sent / (tookMs / 1000));
  const lines = Object.entries(routes).map(
    ([route, { sent: meant, reached }]) => `${String(reached).padStart(8)} of ${String(meant).padStart(7)}  ${route}`,
  );
  const kinds = Object.entries(ends).map(([kind, counts]) => `${kind}: ${JSON.stringify(counts)}`);
  const verdict =
    broken.length === 0 ? 'nothing broke, and no effect without a right' : `BROKEN:\n${broken.join('\n')}`;
  const head = `${sent} requests, seed ${seed}, ${Math.round(tookMs / 1000)} s, ${rate} a second`;
  return ['reached by route:', ...lines, ...kinds, head, verdict, ''].join('\n');
}

if (isShare) {
  process.send?.(await runFuzz(requests, seed), () => process.exit(0));
} else {
  const startedAt = performance.now();
  const reports = await Promise.all(Array.from({ length: workers }, (_none, index) => share(index)));
  const report = together(reports);
  process.stdout.write(tell(report, performance.now() - startedAt));
  process.exitCode = report.broken.length === 0 ? 0 : 1;
}
