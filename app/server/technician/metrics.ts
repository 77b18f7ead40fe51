import type { FastifyInstance } from 'fastify';
import type { CanaryView } from '../../../device/canary.ts';
import type { FrameState } from '../../../device/day/window-frames.ts';
import type { DiskState } from '../../../device/storage/disk-watch.ts';
import type { DeliveryState } from './delivery.ts';
import type { Exposition } from './exposition.ts';

/** What is measured at one moment. Nothing in it tells one grade from another, or is about a person. */
export interface Measures {
  delivery: DeliveryState;
  /** Records under a receipt that are still held, and the number of the last record. */
  delivered: number;
  headSeq: number;
  link: string;
  /** When the centre last confirmed what it holds, ms since 1970; null: not yet. */
  confirmedAt: number | null;
  /** The daily test records; they are of no citizen. */
  canary: CanaryView;
  /** Null before the disk was looked at. */
  disk: DiskState | null;
  /** What is to be seen in the window, and what was brought back by itself since its keeper started. */
  window: { frames: FrameState; recoveries: readonly { from: string; reason: string; count: number }[] };
  /** ms since 1970, the best reading of true time. */
  nowMs: number;
}

/** `GET /metrics` in Prometheus's text format, for whoever may look at the technician's page. */
export function metricsRoute(server: FastifyInstance, measure: () => Promise<Measures>): void {
  // Loaded when somebody first asks: most devices are watched by nobody, and a start need not wait for eighty modules.
  let loading: Promise<Exposition> | null = null;
  const load = async () => (await import('./exposition.ts')).exposition();
  server.get('/metrics', async (_request, reply) => {
    loading ??= load();
    const prometheus = await loading;
    return reply.type(prometheus.contentType).send(await prometheus.text(await measure()));
  });
}
