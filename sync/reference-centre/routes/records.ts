import type { FastifyInstance } from 'fastify';
import { batchRequestSchema, MAX_BATCH_BYTES } from '../../protocol/messages.ts';
import { authenticate } from '../authentication.ts';
import { takeBatch } from '../batch.ts';
import type { CentreContext } from '../context.ts';
import { parseBody } from '../parse.ts';

/** §4 */
export function recordRoutes(app: FastifyInstance, context: CentreContext): void {
  app.post('/v1/devices/:deviceId/records', async (request) => {
    const { deviceId } = await authenticate(request, context);
    const { batchId, records } = await parseBody(request, batchRequestSchema, MAX_BATCH_BYTES);
    return takeBatch({ deviceId, batchId, records }, context);
  });
}
