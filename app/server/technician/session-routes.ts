import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApplianceApi } from '../api.ts';
import type { LocalGate } from '../local/local-gate.ts';
import { problem, sendProblem } from '../problem.ts';
import { technicianCookie, technicianRole } from './gate.ts';
import type { TechnicianSession } from './status.ts';

const codeSchema = z.strictObject({ code: z.string().trim().min(1).max(32) });

/** The door of the maintenance page: how it stands, opening it by a one-time code, locking it. */
export function sessionRoutes(server: FastifyInstance, api: ApplianceApi, gate: LocalGate): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.addHook('onRequest', async (request, reply) => {
    if (gate.mayUse(request)) return;
    await sendProblem(reply, problem(401, 'window_only', 'only the device’s own window may ask this'));
  });
  const sessionOf = (request: FastifyRequest): TechnicianSession => ({
    role: technicianRole(request, api, gate),
    remainingMs: api.access.session(technicianCookie.read(request))?.remainingMs ?? null,
    deviceId: api.access.deviceId(),
    deviceTime: api.access.deviceTime(),
  });
  routes.get('/technician/session', sessionOf);
  routes.post('/technician/session', { schema: { body: codeSchema } }, (request, reply) => {
    const { token } = api.access.enter(request.body.code);
    technicianCookie.give(request, reply, token);
    return { ok: true };
  });
  routes.post('/technician/lock', { schema: { body: z.strictObject({}) } }, (request, reply) => {
    api.access.lock();
    technicianCookie.take(request, reply);
    return { ok: true };
  });
}
