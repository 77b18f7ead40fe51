import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApplianceApi } from '../api.ts';
import type { LocalGate } from '../local/local-gate.ts';
import { problem, sendProblem } from '../problem.ts';
import { configurationRoutes } from './configuration.ts';
import { enrolmentRoutes } from './enrolment-routes.ts';
import { evacuationRoutes } from './evacuation.ts';
import { requireTechnician } from './gate.ts';
import { keypadLearningRoutes } from './keypad-learning.ts';
import { metricsRoute } from './metrics.ts';
import { peripheralTestRoutes } from './peripherals.ts';
import { portRoutes } from './ports.ts';
import { selfTestRoutes } from './self-test.ts';
import { setAsideRoutes } from './set-aside.ts';
import { supportRoutes } from './support.ts';

/** The technician's side, on the loopback listener only, behind `gate.ts`. */
export function technicianRoutes(server: FastifyInstance, api: ApplianceApi, gate: LocalGate): void {
  requireTechnician(server, api, gate);
  const routes = server.withTypeProvider<ZodTypeProvider>();
  enrolmentRoutes(server, api.enrolment, api.access);
  configurationRoutes(server, api.configuration);
  peripheralTestRoutes(server, api.tests, api.portBench);
  keypadLearningRoutes(server, api.keypadLearning);
  portRoutes(server, api.portBench);
  evacuationRoutes(server, api.evacuation);
  metricsRoute(server, () => api.measures());
  setAsideRoutes(server, api.setAside);
  selfTestRoutes(server, api.selfTest);
  supportRoutes(server, api);
  routes.get('/technician/status', () => api.technicianStatus());
  routes.post('/technician/trial-visit', { schema: { body: z.strictObject({}) } }, (_request, reply) => {
    if (!api.trial) return sendProblem(reply, problem(403, 'forbidden', 'sample visits exist in trial mode only'));
    return reply.send(api.trialVisit());
  });
}
