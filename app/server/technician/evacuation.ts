import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ImportReport } from '../../evacuation/receipts.ts';
import type { Stick } from '../../evacuation/sticks.ts';

/** Where carrying data out by a stick stands. */
export type ExportState =
  | { state: 'idle' }
  | { state: 'running'; to: string; records: number; total: number }
  | { state: 'done'; to: string; records: number; files: number }
  | { state: 'failed'; to: string; code: string; message: string };

/** `GET /technician/evacuation` */
export interface EvacuationView {
  sticks: Stick[];
  /** Records without a receipt. */
  waiting: number;
  export: ExportState;
}

/** Without a network: bundles out on a stick, receipts back. */
export interface EvacuationApi {
  view(): Promise<EvacuationView>;
  /** Begins, or goes on where an earlier run stopped. @throws CodedError `stick_gone`, `export_running` */
  start(to: string): Promise<ExportState>;
  /** @param text of a receipts file @throws CodedError `receipts_empty` */
  importReceipts(text: string): Promise<ImportReport>;
}

const startSchema = z.strictObject({ to: z.string().min(1).max(4096) });
const receiptsSchema = z.strictObject({ text: z.string().min(1) });
/** What a running device takes in one piece; a larger file is imported while it does not run. */
const MAX_BODY_BYTES = 32 * 1_048_576;

export function evacuationRoutes(server: FastifyInstance, api: EvacuationApi): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get('/technician/evacuation', () => api.view());
  routes.post('/technician/evacuation', { schema: { body: startSchema } }, ({ body }) => api.start(body.to));
  const limits = { bodyLimit: MAX_BODY_BYTES };
  routes.post('/technician/receipts', { ...limits, schema: { body: receiptsSchema } }, ({ body }) =>
    api.importReceipts(body.text),
  );
}
