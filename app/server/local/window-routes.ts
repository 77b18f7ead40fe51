import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import {
  type FrameTold,
  frameWordSchema,
  type WindowAnswer,
  type WindowReport,
  windowReportSchema,
} from '../../window-watch/contract.ts';
import { problem, sendProblem } from '../problem.ts';
import type { LocalGate } from './local-gate.ts';

/** What is known of the window by its page and by its keeper. */
export interface WindowApi {
  told(frame: FrameTold): void;
  report(report: WindowReport): WindowAnswer;
}

/** The page says that it paints; its keeper, which owns the browser, asks whether it does and tells what it mended. */
export function windowRoutes(server: FastifyInstance, api: WindowApi, gate: LocalGate): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const only = (may: (request: FastifyRequest) => boolean, who: string) => ({
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      if (!may(request)) await sendProblem(reply, problem(401, 'window_only', `only ${who} may say this`));
    },
  });
  const page = only((request) => gate.mayUse(request), 'the device’s own window');
  routes.post('/window/frames', { ...page, schema: { body: frameWordSchema } }, ({ body }, reply) => {
    api.told(body);
    return reply.code(204).send();
  });
  const keeper = only((request) => gate.isConsole(request), 'the keeper of the window');
  routes.post('/window/report', { ...keeper, schema: { body: windowReportSchema } }, ({ body }) => api.report(body));
}
