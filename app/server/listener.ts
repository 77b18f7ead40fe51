import { isIP } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { answerWithProblems, problem, sendProblem } from './problem.ts';

const MIB = 1024 * 1024;
/** From one address; a hall's whole 办件 system may be one. A person never comes near this. */
const REQUESTS_PER_MINUTE = 6000;

/** Half a year. */
const HSTS_S = 15_552_000;
/** Of a TLS handshake; who needs longer holds a socket for nothing. */
const HANDSHAKE_LIMIT_MS = 10_000;

const REQUEST_LIMIT_MS = 15_000;
/** The largest answer is a font of some MB; the slowest line of a hall takes that in half of it. */
const ANSWER_LIMIT_MS = 60_000;
/** Far above a hall's clerks, systems and event streams; one address that opens more is ill or hostile. */
const MAX_CONNECTIONS = 512;

export interface ListenerOptions {
  logger: FastifyBaseLogger;
  /** Names a request may be addressed to, lower case; another one is DNS rebinding. */
  hosts: readonly string[];
  /** Whether any bare address may be named too: a page that was rebound to us still asks for a name. */
  bareAddresses?: boolean;
  /** Citizen pages are never limited: a tap must not be refused. */
  limited: boolean;
  /** The one origin that may stand in a frame of a page, as the configuration in force says; null: none. */
  frameOrigin?: () => string | null;
  /** Certificate chain and key (PEM); null: plain HTTP, which is for loopback alone. */
  tls: TlsFiles | null;
  /** For a whole request, from its first byte to its last; 15 s unless told. */
  requestLimitMs?: number;
  /** For the asker to take a whole answer; 60 s unless told. Event streams have no end and a limit of their own. */
  answerLimitMs?: number;
}

export interface TlsFiles {
  chain: string;
  key: string;
}

/** TLS 1.2 and 1.3 (GB/T 39786 asks for no less); what 1.2 may use keeps past traffic secret if the key is lost. */
const tlsOptions = ({ chain, key }: TlsFiles) => ({
  cert: chain,
  key,
  minVersion: 'TLSv1.2' as const,
  ciphers: 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20',
  handshakeTimeout: HANDSHAKE_LIMIT_MS,
});

/** Shows another certificate from the next connection on; those under way stay. */
export function renewTls(server: FastifyInstance, files: TlsFiles): void {
  const https = server.server as unknown as Pick<TlsServer, 'setSecureContext'>;
  https.setSecureContext(tlsOptions(files));
}

/** Where none is given Fastify loads its own, ajv and fast-json-stringify: a hundred modules at each start, for nothing. */
const notAsked = (): never => {
  throw new Error('every schema here is of zod, whose compilers are set');
};

/** A Fastify instance with what every listener of ours has: limits, strict content policy, problems as JSON. */
export async function createListener(options: ListenerOptions): Promise<FastifyInstance> {
  const requestLimitMs = options.requestLimitMs ?? REQUEST_LIMIT_MS;
  // Node looks for slow clients every 30 s unless told, which would double the limit and more.
  const connectionsCheckingInterval = Math.ceil(requestLimitMs / 5);
  const server = Fastify({
    ...(options.tls === null
      ? { http: { connectionsCheckingInterval } }
      : { https: { ...tlsOptions(options.tls), connectionsCheckingInterval } }),
    loggerInstance: options.logger,
    // A line per request would put the citizen's taps, by their times, into the log (design §2.6).
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MIB,
    requestTimeout: requestLimitMs,
    connectionTimeout: 0,
    forceCloseConnections: true,
    schemaController: { compilersFactory: { buildValidator: notAsked, buildSerializer: notAsked } },
  }) as FastifyInstance;
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.server.maxConnections = MAX_CONNECTIONS;
  // Else the head of a request alone may take a minute.
  server.server.headersTimeout = requestLimitMs;
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
        frameSrc: [() => options.frameOrigin?.() ?? "'none'"],
      },
    },
    // Only a certificate that the browser trusts makes it remember this, and only for a name.
    hsts: options.tls === null ? false : { maxAge: HSTS_S, includeSubDomains: false },
  });
  if (options.limited) await server.register(rateLimit, { max: REQUESTS_PER_MINUTE, timeWindow: 60_000 });
  endUnreadAnswers(server, options.answerLimitMs ?? ANSWER_LIMIT_MS);
  endRefusedUpgrades(server);
  refuseOtherHosts(server, options);
  refuseOtherSites(server);
  return server;
}

/** Who asks and does not read keeps the answer in our memory and a connection of 512, for nothing. */
function endUnreadAnswers(server: FastifyInstance, limitMs: number): void {
  server.addHook('onSend', async (_request, reply) => {
    const limit = setTimeout(() => reply.raw.destroy(), limitMs).unref();
    reply.raw.once('close', () => clearTimeout(limit));
  });
}

function refuseOtherHosts(server: FastifyInstance, { hosts, bareAddresses }: ListenerOptions): void {
  server.addHook('onRequest', async (request, reply) => {
    const name = request.hostname.toLowerCase();
    if (hosts.includes(name) || (bareAddresses === true && isIP(name.replace(/^\[|\]$/g, '')) !== 0)) return;
    await sendProblem(reply, problem(403, 'forbidden', 'this address is not served here'));
  });
}

/**
 * A connection that asked for an upgrade has left the HTTP server's list: no limit of time, and no closing, reaches it
 * any more. One that was answered instead is ended here, or 512 of them would keep the citizen's page out.
 */
function endRefusedUpgrades(server: FastifyInstance): void {
  server.addHook('onResponse', async (request) => {
    if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
  });
}

/**
 * A page of another site in a browser of the hall may ask us too; browsers then name it in Origin. A socket looks for
 * itself, and closes with a code that its page can read. No page can set `Upgrade` on a request.
 */
function refuseOtherSites(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const { origin, upgrade } = request.headers;
    if (origin === undefined || upgrade !== undefined || origin === `${request.protocol}://${request.host}`) return;
    await sendProblem(reply, problem(403, 'forbidden', 'pages of other sites are not served here'));
  });
}
