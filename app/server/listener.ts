import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { answerWithProblems, problem, sendProblem } from './problem.ts';

const MIB = 1024 * 1024;
/** From one address; a hall's whole 办件 system may be one. A person never comes near this. */
const REQUESTS_PER_MINUTE = 6000;

export interface ListenerOptions {
  logger: FastifyBaseLogger;
  /** Host names a request may be addressed to; anything else is DNS rebinding. Null: any (behind a hall's own name). */
  hosts: readonly string[] | null;
  /** Citizen pages are never limited: a tap must not be refused. */
  limited: boolean;
}

/** A Fastify instance with what every listener of ours has: limits, strict content policy, problems as JSON. */
export async function createListener(options: ListenerOptions): Promise<FastifyInstance> {
  const server: FastifyInstance = Fastify({
    loggerInstance: options.logger,
    // A line per request would put the citizen's taps, by their times, into the log (design §2.6).
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MIB,
    requestTimeout: 15_000,
    connectionTimeout: 0,
    forceCloseConnections: true,
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  answerWithProblems(server);
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // No TLS here; the certificate comes with provisioning.
    hsts: false,
  });
  if (options.limited) await server.register(rateLimit, { max: REQUESTS_PER_MINUTE, timeWindow: 60_000 });
  if (options.hosts !== null) refuseOtherHosts(server, options.hosts);
  return server;
}

function refuseOtherHosts(server: FastifyInstance, hosts: readonly string[]): void {
  server.addHook('onRequest', async (request, reply) => {
    if (hosts.includes(request.hostname)) return;
    await sendProblem(reply, problem(403, 'forbidden', 'this address is not served here'));
  });
}
