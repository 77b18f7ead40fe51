import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../durable-file.ts';
import { IdentityError } from './errors.ts';

/**
 * How this device reaches any centre. Set by a technician at the place, since no centre can tell it before it is
 * reached; kept beside the data, and with a proxy's password in it for the device's user alone.
 */

const MAX_PEM = 20_000;

function isAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}

/** An address, with a port where that is not 53. */
function isNameServer(text: string): boolean {
  const [, address = text] =
    /^(?:\[([^\]]+)\]|([\d.]+)):\d{1,5}$/.exec(text)?.filter((part) => part !== undefined) ?? [];
  return isIP(address) !== 0;
}

const proxyUrl = z.url({ protocol: /^https?$/ }).max(500);

export const networkSettingsSchema = z.strictObject({
  proxy: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('direct') }),
      /** HTTP CONNECT; user and password in the URL where it asks for them. */
      z.strictObject({ kind: z.literal('proxy'), url: proxyUrl }),
      /** Address of a proxy auto-configuration script. */
      z.strictObject({ kind: z.literal('pac'), url: proxyUrl }),
    ])
    .default({ kind: 'direct' }),
  /** Certificates (PEM) of authorities beside the built-in ones. */
  ca: z.array(z.string().max(MAX_PEM).refine(isAuthority, 'not the certificate of an authority')).max(8).default([]),
  /** Addresses of the name servers that know the centre, where the system's do not (split DNS); they alone are asked. */
  nameServers: z.array(z.string().max(64).refine(isNameServer, 'the address of a name server')).max(3).default([]),
});
export type NetworkSettings = z.infer<typeof networkSettingsSchema>;

const FILE = 'network.json';

/** A power cut leaves the old settings or the new ones. */
export function saveNetwork(dataDir: string, settings: NetworkSettings): void {
  writeDurably(join(dataDir, FILE), JSON.stringify(settings));
}

/**
 * The settings in force; the direct way where none were made.
 * @throws IdentityError `network_unreadable`: another way than the one set may be a way that the hall forbids
 */
export function loadWay(dataDir: string): NetworkSettings {
  let text: string;
  try {
    text = readFileSync(join(dataDir, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return networkSettingsSchema.parse({});
    throw unreadable(error);
  }
  try {
    return networkSettingsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(cause: unknown): IdentityError {
  const hint = 'Set proxy and authority again on the maintenance page.';
  return new IdentityError('network_unreadable', `${FILE} cannot be read`, { next: 'stop', hint, cause });
}

/** Without what a proxy asks for: for pages, logs and bundles. */
export function maskedNetwork({ proxy, ...open }: NetworkSettings): NetworkSettings {
  if (proxy.kind === 'direct') return { proxy, ...open };
  const url = new URL(proxy.url);
  if (url.password !== '') url.password = '***';
  return { proxy: { ...proxy, url: url.href }, ...open };
}
