import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { uuidSchema } from '../../../device/ledger/record.ts';
import type { ApplianceApi } from '../api.ts';
import { problem, sendProblem } from '../problem.ts';
import { eventText, streamChanges } from './feed.ts';
import { PAUSE_LIMIT_MAX_MINUTES, pauseReasonSchema, skipReasonSchema } from './reasons.ts';

const invitationSchema = z.strictObject({ visitId: uuidSchema });
const skipSchema = z.strictObject({ visitId: uuidSchema, reason: skipReasonSchema });
const pauseSchema = z.strictObject({
  reason: pauseReasonSchema,
  limitMinutes: z.int().min(1).max(PAUSE_LIMIT_MAX_MINUTES),
});

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * The clerk's side. No route of it carries a grade in either direction (design §2.6). Outside trial mode it answers
 * only on the machine itself, since staff do not sign in yet.
 */
export function staffRoutes(server: FastifyInstance, api: ApplianceApi): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const mayCome = (request: FastifyRequest) => api.trial || LOOPBACK.has(request.ip);
  routes.addHook('onRequest', async (request, reply) => {
    if (!mayCome(request)) {
      await sendProblem(reply, problem(403, 'forbidden', 'the staff page is served on the device itself only'));
    }
  });
  routes.get('/staff/events', (_request, reply) => {
    streamChanges(reply, () => eventText(null, api.staffView()), api.subscribe);
  });
  routes.post('/staff/invitation', { schema: { body: invitationSchema } }, ({ body }) => {
    api.invite(body.visitId);
    return api.staffView();
  });
  routes.post('/staff/skip', { schema: { body: skipSchema } }, ({ body }) => {
    api.skip(body.visitId, body.reason);
    return api.staffView();
  });
  routes.post('/staff/pause', { schema: { body: pauseSchema } }, ({ body }) => {
    api.pause(body.reason, body.limitMinutes * 60_000);
    return api.staffView();
  });
  routes.post('/staff/resume', { schema: { body: z.strictObject({}) } }, () => {
    api.resume();
    return api.staffView();
  });
}
