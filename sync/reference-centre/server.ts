import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { MAX_BATCH_BYTES } from '../protocol/messages.ts';
import type { CentreContext } from './context.ts';
import { malformed, Refusal } from './errors.ts';
import { meetReply, meetRequest } from './faults.ts';
import { bundleRoutes } from './routes/bundles.ts';
import { completenessRoutes } from './routes/completeness.ts';
import { configurationRoutes } from './routes/configuration.ts';
import { enrolmentRoutes } from './routes/enrolment.ts';
import { inspectionRoutes } from './routes/inspection.ts';
import { ratingPageRoutes } from './routes/rating-page.ts';
import { receiptRoutes } from './routes/receipts.ts';
import { recordRoutes } from './routes/records.ts';
import { visitRoutes } from './routes/visits.ts';

/** As sent: what does not shrink grows by a few bytes in gzip. */
const MAX_SENT_BYTES = MAX_BATCH_BYTES + 65_536;

function refusalFor(error: FastifyError | Refusal): Refusal {
  if (error instanceof Refusal) return error;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Refusal(413, 'too_large', 'body: halve the batch');
  if ((error.statusCode ?? 500) < 500) return malformed(error.message);
  return new Refusal(500, 'internal', 'the centre failed; send again later');
}

/** Every answer is `application/json` (§1), faults of ours too; those alone are logged. */
function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    const refusal = refusalFor(error);
    if (refusal.status >= 500) request.log.error({ err: error }, 'request failed');
    return reply.code(refusal.status).send({ code: refusal.code, message: refusal.message, ...refusal.body });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: 'not_found', message: 'path: see §2–§8' }));
}

/** Signatures cover the body as sent (§1), so it is kept as it came, whatever its type says. */
function keepBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

function deviceSide(scope: FastifyInstance, context: CentreContext): void {
  scope.addHook('onRequest', async (request, reply) => {
    if (meetRequest(context.faults, request, reply)) return reply;
    return undefined;
  });
  scope.addHook('onSend', async (request) => meetReply(context.faults, request));
  enrolmentRoutes(scope, context);
  configurationRoutes(scope, context);
  recordRoutes(scope, context);
  visitRoutes(scope, context);
  completenessRoutes(scope, context);
  bundleRoutes(scope, context);
}

/** Where none is given Fastify loads its own, ajv and fast-json-stringify: a hundred modules at each start, for nothing. */
const notAsked = (): never => {
  throw new Error('no route of the centre has a schema for Fastify: parse.ts looks at what comes');
};

/** The HTTP side of the centre, not listening yet. */
export async function buildServer(
  context: CentreContext,
  tls?: { chain: string; key: string },
): Promise<FastifyInstance> {
  const app = Fastify({
    ...(tls === undefined ? {} : { https: { cert: tls.chain, key: tls.key } }),
    bodyLimit: MAX_SENT_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    logger: { level: 'error', stream: process.stderr },
    schemaController: { compilersFactory: { buildValidator: notAsked, buildSerializer: notAsked } },
  }) as FastifyInstance;
  keepBodies(app);
  answerErrors(app);
  await app.register(async (scope) => deviceSide(scope, context));
  ratingPageRoutes(app, context);
  receiptRoutes(app, context);
  inspectionRoutes(app, context);
  return app;
}
