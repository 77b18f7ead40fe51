import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import fastifyStatic from '@fastify/static';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { ApplianceApi } from './api.ts';
import { reminderRoutes } from './business/reminder-routes.ts';
import { businessRoutes, describeApi } from './business/routes.ts';
import { contentRoutes } from './citizen/content.ts';
import { citizenPage } from './citizen/page.ts';
import { citizenRoutes } from './citizen/routes.ts';
import { voiceRoutes } from './citizen/voice.ts';
import { createListener, renewTls, type TlsFiles } from './listener.ts';
import { type LocalTokens, localGate, takeBootToken } from './local/local-gate.ts';
import { windowRoutes } from './local/window-routes.ts';
import { paperRoutes } from './staff/paper-routes.ts';
import { staffRoutes } from './staff/routes.ts';
import { sessionRoutes } from './staff/session-routes.ts';
import { technicianRoutes } from './technician/routes.ts';
import { sessionRoutes as technicianSessionRoutes } from './technician/session-routes.ts';

export interface ServersOptions {
  api: ApplianceApi;
  logger: FastifyBaseLogger;
  /** Folder of the built pages. */
  pagesDir: string;
  /** 0: any free port. */
  localPort: number;
  lanPort: number;
  /** Who may use the loopback listener; null in trial mode: whoever reaches it. */
  localTokens: LocalTokens | null;
  /** Address to listen on; null: every address, IPv6 too where the machine has it. */
  lanHost: string | null;
  /** Certificate chain and key (PEM) of the LAN listener; null: plain HTTP, in trial mode on loopback only. */
  lanTls: TlsFiles | null;
  /** Further names under which the hall reaches this device; its host name and bare addresses always count. */
  lanNames?: readonly string[];
  /** Shown each listener before it has routes. */
  onListener?: (name: 'local' | 'lan', server: FastifyInstance) => void;
}

export interface Servers {
  urls: { citizen: string; technician: string; staff: string; api: string };
  /** Shows another certificate on the LAN from the next connection on. */
  renewTls(files: TlsFiles): void;
  close(): Promise<void>;
}

/** Pages are named by content hash, their HTML is not. */
async function servePages(server: FastifyInstance, pagesDir: string, pages: Record<string, string>): Promise<void> {
  await server.register(fastifyStatic, {
    root: `${pagesDir}/assets`,
    prefix: '/assets/',
    immutable: true,
    maxAge: '30d',
  });
  for (const [path, file] of Object.entries(pages)) {
    server.get(path, { schema: { hide: true } }, (_request, reply) =>
      reply.sendFile(file, pagesDir, { cacheControl: false }),
    );
  }
}

/** Loopback: the citizen's and the technician's side. */
async function localListener(options: ServersOptions): Promise<FastifyInstance> {
  const server = await createListener({
    logger: options.logger,
    hosts: ['127.0.0.1', 'localhost'],
    limited: false,
    frameOrigin: () => options.api.frameOrigin(),
    tls: null,
  });
  options.onListener?.('local', server);
  takeBootToken(server, options.localTokens);
  const gate = localGate(options.localTokens);
  await citizenRoutes(server, options.api, gate);
  windowRoutes(server, options.api.window, gate);
  voiceRoutes(server, options.api);
  contentRoutes(server, options.api);
  await server.register(async (door) => technicianSessionRoutes(door, options.api, gate));
  await server.register(async (technician) => technicianRoutes(technician, options.api, gate));
  citizenPage(server, options.pagesDir, options.api, gate);
  await servePages(server, options.pagesDir, { '/technician': 'technician/index.html' });
  return server;
}

/** The hall's network: the staff page and the business API, and nothing that knows a grade. */
async function lanListener(options: ServersOptions): Promise<FastifyInstance> {
  const server = await createListener({
    logger: options.logger,
    hosts: ['localhost', hostname(), ...(options.lanNames ?? [])].map((name) => name.toLowerCase()),
    bareAddresses: true,
    limited: true,
    tls: options.lanTls,
  });
  options.onListener?.('lan', server);
  await server.register(async (described) => {
    await describeApi(described);
    await described.register((v1) => businessRoutes(v1, options.api), { prefix: '/v1' });
    await described.register((v1) => reminderRoutes(v1, options.api), { prefix: '/v1' });
  });
  await server.register(async (staff) => staffRoutes(staff, options.api));
  await server.register(async (paper) => paperRoutes(paper, options.api));
  await server.register(async (people) => sessionRoutes(people, options.api));
  await servePages(server, options.pagesDir, { '/': 'staff/index.html' });
  return server;
}

/** @returns the base URL under which others reach it: the host name where it listens on every address */
async function listenOnLan(lan: FastifyInstance, { lanHost, lanPort, lanTls }: ServersOptions): Promise<string> {
  if (lanHost !== null) return lan.listen({ host: lanHost, port: lanPort });
  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ family }) => family === 'IPv6'));
  await lan.listen({ host: hasIpv6 ? '::' : '0.0.0.0', port: lanPort });
  const { port } = lan.server.address() as AddressInfo;
  return `${lanTls === null ? 'http' : 'https'}://${hostname().toLowerCase()}:${port}`;
}

/** Starts both listeners. If the second cannot start, the first is closed again. */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const local = await localListener(options);
  const lan = await lanListener(options);
  const close = async () => {
    await Promise.all([local.close(), lan.close()]);
  };
  try {
    const citizen = await local.listen({ host: '127.0.0.1', port: options.localPort });
    const staff = await listenOnLan(lan, options);
    return {
      urls: { citizen: `${citizen}/`, technician: `${citizen}/technician`, staff: `${staff}/`, api: staff },
      renewTls: (files) => renewTls(lan, files),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
