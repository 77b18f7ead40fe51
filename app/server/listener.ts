import { isIP } from 'node:net';
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
  /** Names a request may be addressed to, lower case; another one is DNS rebinding. */
  hosts: readonly string[];
  /** Whether any bare address may be named too: a page that was rebound to us still asks for a name. */
  bareAddresses?: boolean;
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
  refuseOtherHosts(server, options);
  refuseOtherSites(server);
  return server;
}

function refuseOtherHosts(server: FastifyInstance, { hosts, bareAddresses }: ListenerOptions): void {
  server.addHook('onRequest', async (request, reply) => {
    const name = request.hostname.toLowerCase();
    if (hosts.includes(name) || (bareAddresses === true && isIP(name.replace(/^\[|\]$/g, '')) !== 0)) return;
    await sendProblem(reply, problem(403, 'forbidden', 'this address is not served here'));
  });
}

/**
 * A page of another site in a browser of the hall may ask us too; browsers then name it in Origin. A socket looks for
 * itself: refused here, before the upgrade, its connection would stay open. No page can set `Upgrade` on a request.
 */
function refuseOtherSites(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const { origin, upgrade } = request.headers;
    if (origin === undefined || upgrade !== undefined || origin === `${request.protocol}://${request.host}`) return;
    await sendProblem(reply, problem(403, 'forbidden', 'pages of other sites are not served here'));
  });
}
