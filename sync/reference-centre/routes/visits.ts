import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { uuidSchema } from '../../../device/ledger/record.ts';
import { authenticate } from '../authentication.ts';
import type { CentreContext } from '../context.ts';
import { parseWith } from '../parse.ts';
import { visitState } from '../visit-state.ts';

const visitSchema = z.object({ deviceId: uuidSchema, visitId: uuidSchema });
const querySchema = z.object({
  wait: z
    .string()
    .regex(/^\d{1,2}$/, 'whole seconds, 0 to 60')
    .transform(Number)
    .pipe(z.number().max(60))
    .default(0),
});

/** Aborts when the device has hung up, so that no waiter outlives its connection. */
function untilGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

/** §5: the state of a visit, or a long poll until it is rated. */
export function visitRoutes(app: FastifyInstance, context: CentreContext): void {
  app.get('/v1/devices/:deviceId/visits/:visitId', async (request, reply) => {
    await authenticate(request, context);
    const visit = parseWith(visitSchema, request.params);
    const { wait } = parseWith(querySchema, request.query);
    const state = visitState(visit.deviceId, visit.visitId, context);
    if (state.state === 'rated' || wait === 0) return state;
    await context.watch.wait(visit, wait * 1000, untilGone(reply));
    return visitState(visit.deviceId, visit.visitId, context);
  });
}
