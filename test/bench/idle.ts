import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from './child.ts';
import type { Product } from './product.ts';
import { type Row, row } from './row.ts';

/** What the processes of a device cost while nobody rates: memory and processor time, against a Node that only waits. */

const KIB_PER_MIB = 1024;

/** Proportional share, so that pages of the same Node binary count once over all processes; Linux only. */
export function memoryMib(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]) / KIB_PER_MIB;
}

/** Time on a processor since the start, all threads, in ms; the kernel counts in ns. */
function processorMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ns.reduce((sum, one) => sum + one, 0) / 1e6;
}

/** Processor ms per second of wall time. */
async function idleLoad(pids: readonly number[], forMs: number): Promise<number[]> {
  const before = pids.map(processorMs);
  const startMs = performance.now();
  await delay(forMs);
  const seconds = (performance.now() - startMs) / 1000;
  return pids.map((pid, index) => (processorMs(pid) - (before[index] ?? 0)) / seconds);
}

/** Linux only, as its figures come from /proc. @param product without anybody at it */
export async function benchIdle({ pids }: Product, quick: boolean): Promise<Row[]> {
  const bare = await startChild<object>('./bare-node-process.ts');
  try {
    // Let the start's garbage go and the just-compiled code settle.
    await delay(quick ? 1_000 : 5_000);
    const [applianceMs = 0, agentMs = 0, bareMs = 0] = await idleLoad(
      [pids.appliance, pids.agent, bare.pid],
      quick ? 2_000 : 60_000,
    );
    const memory: [string, number] = ['a Node process that only waits', memoryMib(bare.pid)];
    const load: [string, number] = ['a Node process with a timer each second', bareMs];
    return [
      row('appliance at rest, memory (PSS)', 'MiB', memoryMib(pids.appliance), memory),
      row('agent at rest, memory (PSS)', 'MiB', memoryMib(pids.agent), memory),
      row('appliance at rest, processor time', 'ms/s', applianceMs, load),
      row('agent at rest, processor time', 'ms/s', agentMs, load),
    ];
  } finally {
    await bare.stop();
  }
}
