import { hostname } from 'node:os';
import fastifyStatic from '@fastify/static';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { ApplianceApi } from './api.ts';
import { businessRoutes, describeApi } from './business/routes.ts';
import { citizenRoutes } from './citizen/routes.ts';
import { createListener } from './listener.ts';
import { staffRoutes } from './staff/routes.ts';
import { technicianRoutes } from './technician/routes.ts';

export interface ServersOptions {
  api: ApplianceApi;
  logger: FastifyBaseLogger;
  /** Folder of the built pages. */
  pagesDir: string;
  /** 0: any free port. */
  localPort: number;
  lanPort: number;
  lanHost: string;
  /** Further names under which the hall reaches this device; its host name and bare addresses always count. */
  lanNames?: readonly string[];
  /** Shown each listener before it has routes. */
  onListener?: (name: 'local' | 'lan', server: FastifyInstance) => void;
}

export interface Servers {
  urls: { citizen: string; technician: string; staff: string; api: string };
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
  });
  options.onListener?.('local', server);
  await citizenRoutes(server, options.api);
  technicianRoutes(server, options.api);
  await servePages(server, options.pagesDir, { '/': 'citizen/index.html', '/technician': 'technician/index.html' });
  return server;
}

/** The hall's network: the staff page and the business API, and nothing that knows a grade. */
async function lanListener(options: ServersOptions): Promise<FastifyInstance> {
  const server = await createListener({
    logger: options.logger,
    hosts: ['localhost', hostname(), ...(options.lanNames ?? [])].map((name) => name.toLowerCase()),
    bareAddresses: true,
    limited: true,
  });
  options.onListener?.('lan', server);
  await server.register(async (described) => {
    await describeApi(described);
    await described.register((v1) => businessRoutes(v1, options.api), { prefix: '/v1' });
  });
  await server.register(async (staff) => staffRoutes(staff, options.api));
  await servePages(server, options.pagesDir, { '/': 'staff/index.html' });
  return server;
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
    const staff = await lan.listen({ host: options.lanHost, port: options.lanPort });
    return {
      urls: { citizen: `${citizen}/`, technician: `${citizen}/technician`, staff: `${staff}/`, api: staff },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
