import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate, rootCertificates } from 'node:tls';
import { lookupBy } from './names.ts';

/** How this device reaches its centre: what a technician sets before any centre can tell (proxy, private authority). */
export interface Way {
  proxy: ProxyRule;
  /** PEM of further certificate authorities; a government network often has its own. */
  ca: readonly string[];
  /** Name servers that alone know the centre; none, or left out: the system's. */
  nameServers?: readonly string[];
}

/** `proxy`: HTTP CONNECT, user and password in the URL if it asks for them. `pac`: a script that says which proxy. */
export type ProxyRule = { kind: 'direct' } | { kind: 'proxy'; url: string } | { kind: 'pac'; url: string };

export const DIRECT: Way = { proxy: { kind: 'direct' }, ca: [] };

export interface Agents {
  /** For plain HTTP, which goes to a loopback address only and so through nobody (reference-protocol §1). */
  httpAgent: http.Agent;
  httpsAgent: http.Agent;
  /** Whether an answer may be a proxy's. */
  isProxied: boolean;
}

/** A line is used by one batch, one heartbeat and one long poll at a time. */
const MAX_SOCKETS = 4;

/** @throws TypeError where the proxy's address is no URL */
export async function agentsOf({ proxy, ca, nameServers = [] }: Way): Promise<Agents> {
  const options = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    minVersion: 'TLSv1.2' as const,
    // A list replaces the built-in authorities, so those go in again.
    ...(ca.length === 0 ? {} : { ca: [...rootCertificates, ...ca] }),
  };
  return {
    httpAgent: new http.Agent(options),
    // Through a proxy it is the proxy's name that is looked up here; the centre's is the proxy's to know.
    httpsAgent: await httpsAgent(proxy, { ...options, lookup: lookupBy(nameServers) }),
    isProxied: proxy.kind !== 'direct',
  };
}

/** What runs a hall's script is a hundred modules; few halls have one, so who needs none does not load it. */
async function httpsAgent(proxy: ProxyRule, options: https.AgentOptions): Promise<http.Agent> {
  if (proxy.kind === 'direct') return new https.Agent(options);
  if (proxy.kind === 'proxy') {
    const { HttpsProxyAgent } = await import('https-proxy-agent');
    const agent = new HttpsProxyAgent(proxy.url, options as object);
    // The library keeps them for its own connection to the proxy only; the centre's certificate is what matters.
    Object.assign(agent.options, options);
    return checkingAddresses(agent);
  }
  const { PacProxyAgent } = await import('pac-proxy-agent');
  // Where the script or its proxy fails nobody goes around it: a direct way may be one that the hall forbids.
  return checkingAddresses(
    new PacProxyAgent(`pac+${proxy.url}` as `pac+http://${string}`, { ...options, fallbackToDirect: false } as object),
  );
}

/**
 * Through a tunnel Node is told no host, and then holds the certificate of a centre that is named by its address against
 * `localhost`. The address is what it must name.
 */
function checkingAddresses<Agent extends { connect(request: http.ClientRequest, options: never): unknown }>(
  agent: Agent,
): Agent {
  const connect = agent.connect.bind(agent) as (request: http.ClientRequest, options: object) => unknown;
  const checked = (request: http.ClientRequest, options: { host?: string }) => {
    const { host = '' } = options;
    if (isIP(host) === 0) return connect(request, options);
    const check = (_name: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate);
    return connect(request, { ...options, checkServerIdentity: check });
  };
  agent.connect = checked as Agent['connect'];
  return agent;
}

/** Host and port of a proxy for a sentence, without what it asks for. */
export function proxyName(proxy: ProxyRule): string {
  const url = proxy.kind === 'direct' ? null : URL.parse(proxy.url);
  if (url === null) return 'no proxy';
  return url.host;
}
