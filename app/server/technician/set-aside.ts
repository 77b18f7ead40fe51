import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { uuidSchema } from '../../../device/ledger/record.ts';

/** A record that the centre will not take, or that this device cannot read any more. Kept as it is. */
export interface SetAsideRecord {
  id: string;
  seq: number;
  kind: string;
  /** The centre's reason (reference-protocol §4), `malformed`, `too_large`, or `unreadable`. */
  code: string;
  message: string;
  /** ms since 1970. */
  dueAt: number;
}

export interface SetAsideApi {
  /** Oldest date first, at most as many as a page shows. */
  list(): SetAsideRecord[];
  /** @param ids null: all. @returns how many go again; one that is unreadable, delivered or unknown does not */
  resubmit(ids: readonly string[] | null): number;
  /** Opens the line to the centre anew, also where the centre had disowned the device. */
  reconnect(): void;
}

const resubmitSchema = z.union([
  z.strictObject({ ids: z.array(uuidSchema).min(1).max(500) }),
  z.strictObject({ all: z.literal(true) }),
]);

/** What was set aside, sent again after a fix at the centre. */
export function setAsideRoutes(server: FastifyInstance, api: SetAsideApi): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get('/technician/set-aside', () => ({ records: api.list() }));
  routes.post('/technician/set-aside/resubmit', { schema: { body: resubmitSchema } }, ({ body }) => ({
    resubmitted: api.resubmit('ids' in body ? body.ids : null),
  }));
  routes.post('/technician/reconnect', { schema: { body: z.strictObject({}) } }, () => {
    api.reconnect();
    return { reconnecting: true };
  });
}
