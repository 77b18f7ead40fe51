import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { formatTime } from '../../../device/time.ts';
import { faultSchema, phoneRatingSchema } from '../../protocol/messages.ts';
import type { CentreContext } from '../context.ts';
import { parseBody } from '../parse.ts';
import { takePhoneRating } from '../phone.ts';
import { toStanding } from '../standing-rating.ts';
import { settledVisits } from '../visit-state.ts';

const MAX_BYTES = 65_536;
/** What an operator does at a desk of his own. */
const renewalSchema = z.strictObject({ code: z.string().min(1).max(256), deviceId: z.string().min(1).max(128) });

function allRecords({ records }: CentreContext) {
  return records.all().map(({ deviceId, receivedAt, record }) => {
    const { id, seq, kind, hash } = record;
    return { deviceId, seq, id, kind, hash, receivedAt: formatTime(receivedAt), record };
  });
}

/** §8: for tests and trial mode, never part of a deployment; unsigned, and never met by a fault. */
export function inspectionRoutes(app: FastifyInstance, context: CentreContext): void {
  app.get('/inspect/records', async () => allRecords(context));
  app.get('/inspect/ratings', async () => settledVisits(context).map(({ standing }) => toStanding(standing)));
  app.get('/inspect/superseded', async () =>
    settledVisits(context).flatMap(({ superseded }) => superseded.map(toStanding)),
  );
  app.get('/inspect/devices', async () => context.devices.list());
  app.post('/inspect/faults', async (request) => {
    const fault = await parseBody(request, faultSchema, MAX_BYTES);
    context.faults.order(fault);
    return fault;
  });
  app.post('/inspect/renewals', async (request) => {
    const { code, deviceId } = await parseBody(request, renewalSchema, MAX_BYTES);
    context.codes.offerRenewal(code, deviceId, null);
    return { code, deviceId };
  });
  app.post('/inspect/revocations', async (request) => {
    const { deviceId } = await parseBody(request, renewalSchema.pick({ deviceId: true }), MAX_BYTES);
    context.devices.revoke(deviceId);
    return { deviceId };
  });
  app.post('/inspect/phone', async (request) =>
    takePhoneRating(await parseBody(request, phoneRatingSchema, MAX_BYTES), context),
  );
}
