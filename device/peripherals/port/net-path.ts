import { isIP } from 'node:net';
import { PortError } from './port-error.ts';

/**
 * Where a device on the network is: `tcp://host:port` is a serial server in raw mode, `udp://host:port?listen=port` a
 * device that speaks datagrams and answers to a fixed port of ours.
 */
export type NetPath =
  | { scheme: 'tcp'; host: string; port: number }
  | { scheme: 'udp'; host: string; port: number; listen: number };

const SCHEME = /^([a-z0-9]+):\/\//;

export function isNetPath(path: string): boolean {
  return SCHEME.test(path);
}

/**
 * @throws PortError bad_path; it says of `rfc2217://` that the line's settings belong into the serial server: no
 * library that sets them from here is kept up for Node
 */
export function parseNetPath(path: string): NetPath {
  const scheme = SCHEME.exec(path)?.[1];
  if (scheme === 'rfc2217') {
    const text = 'this device cannot set the line of a serial server: set it there, choose raw mode, and write tcp://';
    throw new PortError('bad_path', `${path}: ${text}`);
  }
  if (!URL.canParse(path) || (scheme !== 'tcp' && scheme !== 'udp')) throw bad(path);
  const { hostname, port, pathname, search, searchParams, username, hash } = new URL(path);
  const host = hostname.replace(/^\[|\]$/g, '');
  const rest = `${username}${hash}${pathname === '/' ? '' : pathname}`;
  if (host === '' || !isPort(port) || rest !== '') throw bad(path);
  if (scheme === 'tcp') {
    if (search !== '') throw bad(path);
    return { scheme, host, port: Number(port) };
  }
  const listen = searchParams.get('listen') ?? '';
  // A name could change its address between our question and its answer, and the answer is known by its address.
  if (isIP(host) === 0 || !isPort(listen) || searchParams.size !== 1) throw bad(path);
  return { scheme, host, port: Number(port), listen: Number(listen) };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function bad(path: string): PortError {
  return new PortError('bad_path', `${path} is neither tcp://host:port nor udp://address:port?listen=port`);
}
