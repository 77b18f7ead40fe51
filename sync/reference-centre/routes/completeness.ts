import type { FastifyInstance } from 'fastify';
import { formatTime } from '../../../device/time.ts';
import { heartbeatSchema, manifestSchema } from '../../protocol/messages.ts';
import { authenticate } from '../authentication.ts';
import type { CentreContext } from '../context.ts';
import { missingRanges } from '../missing-ranges.ts';
import { parseBody } from '../parse.ts';

const MAX_BYTES = 65_536;

/** §6 */
export function completenessRoutes(app: FastifyInstance, context: CentreContext): void {
  const { records, devices, clock } = context;
  app.post('/v1/devices/:deviceId/manifests', async (request) => {
    const { deviceId } = await authenticate(request, context);
    const { fromSeq, toSeq, head } = await parseBody(request, manifestSchema, MAX_BYTES);
    const missing = missingRanges(fromSeq, toSeq, records.seqs(deviceId, fromSeq, toSeq));
    // A head's hash speaks for the whole chain before it: with a second record under one number it is not this chain.
    const headMatches = records.hasHead(deviceId, toSeq, head) && !records.isForked(deviceId, fromSeq, toSeq);
    return { missing, headMatches };
  });
  app.post('/v1/devices/:deviceId/heartbeats', async (request) => {
    const { deviceId } = await authenticate(request, context);
    const now = clock.wallMs();
    devices.saveHeartbeat(deviceId, await parseBody(request, heartbeatSchema, MAX_BYTES), now);
    return { serverTime: formatTime(now) };
  });
}
