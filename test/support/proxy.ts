import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** A proxy of the hall that speaks HTTP CONNECT, and a script that names it. */
export interface HallProxy {
  url: string;
  /** Address of a proxy auto-configuration script that names this proxy for every host. */
  pacUrl: string;
  /** `host:port` of each tunnel that was opened. */
  tunnels: string[];
  close(): Promise<void>;
}

/** @param credentials `user:password` that it asks for (407); null: it lets everybody through */
export async function openHallProxy(credentials: string | null): Promise<HallProxy> {
  const tunnels: string[] = [];
  const wanted = credentials === null ? null : `Basic ${Buffer.from(credentials).toString('base64')}`;
  const server: Server = createServer((_request, response) => {
    const { port } = server.address() as AddressInfo;
    response.setHeader('content-type', 'application/x-ns-proxy-autoconfig');
    response.end(`function FindProxyForURL(url, host) { return "PROXY 127.0.0.1:${port}"; }`);
  });
  server.on('connect', (request, client, head) => {
    client.on('error', () => client.destroy());
    if (wanted !== null && request.headers['proxy-authorization'] !== wanted) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="hall"\r\ncontent-length: 0\r\n\r\n',
      );
      return;
    }
    const target = new URL(`tcp://${request.url}`);
    tunnels.push(String(request.url));
    const far = connect(Number(target.port), target.hostname.replace(/^\[|\]$/g, ''), () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.write(head);
      far.pipe(client).pipe(far);
    });
    far.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${credentials === null ? '' : `${credentials}@`}127.0.0.1:${port}`,
    pacUrl: `http://127.0.0.1:${port}/proxy.pac`,
    tunnels,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
