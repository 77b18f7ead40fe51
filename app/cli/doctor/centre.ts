import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { networkFault } from '../../../sync/connectors/reference/network-fault.ts';
import { type Check, fail, pass, warn } from './check.ts';

/** The way to the centre, one step at a time, so that the first that fails names who has to mend it. */

const LIMIT_MS = 10_000;
/** As far as the centre takes a signature (reference-protocol §1). */
const CLOCK_LIMIT_MS = 300_000;
const MAX_ANSWER_BYTES = 65_536;
const CALL_NETWORK = 'Show this line to who runs the network of the hall.';

interface Target {
  url: URL;
  /** Without brackets. */
  host: string;
  port: number;
  isTls: boolean;
}

function targetOf(baseUrl: string): Target {
  const url = new URL(baseUrl);
  const isTls = url.protocol === 'https:';
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  return { url, host: url.hostname.replace(/^\[|\]$/g, ''), port, isTls };
}

async function resolveName({ host }: Target): Promise<Check> {
  const found = await lookup(host, { all: true });
  return pass('centre: DNS', `${host} is ${found.map(({ address }) => address).join(', ')}.`);
}

async function connect({ host, port }: Target): Promise<Check> {
  const socket = net.connect({ host, port, timeout: LIMIT_MS });
  socket.once('timeout', () => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
  try {
    await once(socket, 'connect');
    return pass('centre: TCP', `${host} port ${port} answers.`);
  } finally {
    socket.destroy();
  }
}

async function handshake({ host, port, isTls }: Target): Promise<Check> {
  if (!isTls) return pass('centre: TLS', 'Not used towards this machine itself.');
  const servername = net.isIP(host) === 0 ? { servername: host } : {};
  const socket = tls.connect({ host, port, timeout: LIMIT_MS, minVersion: 'TLSv1.2', ...servername });
  socket.once('timeout', () => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
  try {
    await once(socket, 'secureConnect');
    const { valid_to: until } = socket.getPeerCertificate();
    return pass('centre: TLS', `${socket.getProtocol()}, certificate valid until ${until}.`);
  } finally {
    socket.destroy();
  }
}

interface Answer {
  status: number;
  type: string;
  date: number;
  body: string;
}

async function get({ isTls }: Target, url: URL): Promise<Answer> {
  const request = (isTls ? https : http).get(url, { signal: AbortSignal.timeout(LIMIT_MS) });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let body = '';
  for await (const chunk of response) {
    body += String(chunk);
    if (body.length > MAX_ANSWER_BYTES) break;
  }
  const { 'content-type': type = '', date = '' } = response.headers;
  return { status: response.statusCode ?? 0, type, date: Date.parse(date), body };
}

/** An unsigned question is refused by a centre in its own words, and by nobody else in those. */
function isCentre({ status, type, body }: Answer): boolean {
  if ((status !== 400 && status !== 401) || !/^application\/json/i.test(type)) return false;
  try {
    return typeof (JSON.parse(body) as { code?: unknown } | null)?.code === 'string';
  } catch {
    return false; // what is no JSON is no centre
  }
}

async function ask(target: Target, deviceId: string, nowMs: number): Promise<Check[]> {
  const path = `${target.url.pathname.replace(/\/+$/, '')}/v1/devices/${encodeURIComponent(deviceId)}/configuration`;
  const answer = await get(target, new URL(path, target.url));
  if (!isCentre(answer)) {
    const cause = `Something else than the centre answered (HTTP ${answer.status}, ${answer.type || 'no type'}).`;
    const next = 'Is there a login page or proxy in the way, or is the address wrong?';
    return [fail('centre: answer', cause, next)];
  }
  return [pass('centre: answer', 'The centre answers.'), ...clockAgainst(answer, nowMs)];
}

function clockAgainst({ date }: Answer, nowMs: number): Check[] {
  if (Number.isNaN(date)) return [];
  const seconds = Math.round((date - nowMs) / 1000);
  const cause = `The centre's clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} ours.`;
  if (Math.abs(date - nowMs) <= CLOCK_LIMIT_MS) return [pass('centre: clock', cause)];
  return [
    warn('centre: clock', cause, 'Delivery corrects for it; set the clock all the same, for the times on records.'),
  ];
}

/**
 * Steps to the centre; those behind the first failed one are not made.
 * @param nowMs ms since 1970 as this machine believes
 */
export async function checkCentre(baseUrl: string, deviceId: string, nowMs: number): Promise<Check[]> {
  const target = targetOf(baseUrl);
  const steps: [string, () => Promise<Check | Check[]>][] = [
    ['centre: DNS', () => resolveName(target)],
    ['centre: TCP', () => connect(target)],
    ['centre: TLS', () => handshake(target)],
    ['centre: answer', () => ask(target, deviceId, nowMs)],
  ];
  const checks: Check[] = [];
  for (const [name, step] of steps) {
    try {
      checks.push(...[await step()].flat());
    } catch (error) {
      const cause = networkFault(error, `${target.host}:${target.port}`);
      return [...checks, fail(name, `${cause.charAt(0).toUpperCase()}${cause.slice(1)}.`, CALL_NETWORK)];
    }
  }
  return checks;
}
