import { createHash } from 'node:crypto';
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { canonicalJson } from '../../../device/ledger/canonical-json.ts';
import { parseTime } from '../../../device/time.ts';
import type { ApplianceApi } from '../api.ts';
import { eventText, streamChanges } from '../staff/feed.ts';
import { authenticate, requireScope } from './auth.ts';
import {
  closeVisitSchema,
  idempotencyHeaders,
  openVisitSchema,
  pauseWindowSchema,
  skipVisitSchema,
  visitAnswerSchema,
  visitIdParams,
  windowAnswerSchema,
} from './schemas.ts';

const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: '评价器 business API',
    version: '1.0.0',
    description: 'Opens visits at one window and invites ratings. No call carries or returns a grade.',
  },
  components: { securitySchemes: { clientKey: { type: 'http' as const, scheme: 'bearer' } } },
  security: [{ clientKey: [] }],
};

/** Must be awaited before the routes it describes are added. */
export async function describeApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: OPENAPI,
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
}

/** The calls of a 办件 system, each with a key of its client. */
export async function businessRoutes(server: FastifyInstance, api: ApplianceApi): Promise<void> {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.addHook('onRequest', async (request) => requireScope(request, api, 'visits'));

  routes.post(
    '/visits',
    {
      schema: {
        summary: 'Open a visit',
        body: openVisitSchema,
        headers: idempotencyHeaders,
        response: { 201: visitAnswerSchema },
      },
    },
    (request, reply) => {
      const { invite, servedAt, ...visit } = request.body;
      const key = request.headers['idempotency-key'];
      const requestHash = createHash('sha256').update(canonicalJson(request.body)).digest('hex');
      const { visitId } = api.openVisit({
        ...visit,
        servedAt: servedAt === undefined ? null : parseTime(servedAt),
        trigger: 'business',
        inviteAtOnce: invite,
        idempotency: key === undefined ? null : { client: authenticate(request, api), key, requestHash },
      });
      void reply.status(201);
      return { visitId, state: api.visitState(visitId) };
    },
  );

  routes.get(
    '/visits/:id',
    {
      schema: { summary: 'Open or closed; never a grade', params: visitIdParams, response: { 200: visitAnswerSchema } },
    },
    ({ params }) => ({ visitId: params.id, state: api.visitState(params.id) }),
  );

  routes.post(
    '/visits/:id/invitation',
    { schema: { summary: 'Open the rating screen', params: visitIdParams, response: { 200: visitAnswerSchema } } },
    ({ params }) => {
      api.invite(params.id);
      return { visitId: params.id, state: api.visitState(params.id) };
    },
  );

  routes.post(
    '/visits/:id/closure',
    {
      schema: {
        summary: 'The case is closed (办结): invites its citizen at once',
        params: visitIdParams,
        body: closeVisitSchema,
        response: { 200: visitAnswerSchema },
      },
    },
    ({ params, body }) => {
      api.close(params.id, body.closedAt === undefined ? null : parseTime(body.closedAt));
      return { visitId: params.id, state: api.visitState(params.id) };
    },
  );
  routes.post(
    '/visits/:id/skip',
    {
      schema: {
        summary: 'End a visit without inviting',
        params: visitIdParams,
        body: skipVisitSchema,
        response: { 200: visitAnswerSchema },
      },
    },
    ({ params, body }) => {
      api.skip(params.id, body.reason);
      return { visitId: params.id, state: api.visitState(params.id) };
    },
  );

  routes.post(
    '/window/pause',
    { schema: { summary: 'Pause the window', body: pauseWindowSchema, response: { 200: windowAnswerSchema } } },
    ({ body }) => {
      api.pause(body.reason, body.limitMinutes * 60_000);
      return { state: api.staffView().window.state };
    },
  );

  routes.post(
    '/window/resume',
    { schema: { summary: 'Open the window again', response: { 200: windowAnswerSchema } } },
    () => {
      api.resume();
      return { state: api.staffView().window.state };
    },
  );

  routes.get(
    '/events',
    { schema: { summary: 'Server-sent events: the window as the staff see it' } },
    (_request, reply) => {
      const window = () => {
        const { window: now, visit, waiting } = api.staffView();
        const open =
          visit === null ? null : { visitId: visit.visitId, caseNo: visit.caseNo, serviceNo: visit.serviceNo };
        return eventText('window', { state: now.state, visit: open, waiting });
      };
      streamChanges(reply, window, api.subscribe);
    },
  );
}
