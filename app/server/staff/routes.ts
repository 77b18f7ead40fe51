import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { uuidSchema } from '../../../device/ledger/record.ts';
import { StaffError } from '../../../device/staff/staff-error.ts';
import type { ApplianceApi } from '../api.ts';
import { eventText, streamChanges } from './feed.ts';
import { requireSafeLine, requireWindowRole } from './gate.ts';
import { PAUSE_LIMIT_MAX_MINUTES, pauseReasonSchema, skipReasonSchema } from './reasons.ts';

const invitationSchema = z.strictObject({ visitId: uuidSchema });
const skipSchema = z.strictObject({ visitId: uuidSchema, reason: skipReasonSchema });
const pauseSchema = z.strictObject({
  reason: pauseReasonSchema,
  limitMinutes: z.int().min(1).max(PAUSE_LIMIT_MAX_MINUTES),
});

/** The clerk's side. No route of it carries a grade in either direction (design §2.6). */
export function staffRoutes(server: FastifyInstance, api: ApplianceApi): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.addHook('onRequest', async (request) => {
    requireSafeLine(request, api);
    requireWindowRole(request, api);
  });
  routes.get('/staff/events', (request, reply) => {
    const isOver = () => !mayStay(() => requireWindowRole(request, api));
    streamChanges(reply, () => eventText(null, api.staffView()), api.subscribe, isOver);
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

/** A stream outlives its first request; the session may not. */
function mayStay(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof StaffError) return false;
    throw error;
  }
}
