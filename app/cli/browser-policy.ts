import { officialPageOrigin } from '../../device/identity/configuration.ts';
import { loadProvisioning } from '../../device/identity/provisioning.ts';

/** Where the packaged device serves its pages (`app/packaging/os/chromium-policy.json` lets nothing else through). */
const OWN_PAGES = 'http://127.0.0.1:8080';

/**
 * An origin as Chromium's lists of addresses want it: a host without a dot before it would bring all names below it, and an
 * address without a port all ports.
 */
export function allowedAddress(origin: string): string {
  const { protocol, hostname, port } = new URL(origin);
  const isNumbered = /^[\d.]+$|^\[/.test(hostname);
  return `${protocol}//${isNumbered ? '' : '.'}${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

/**
 * What the browser of a device must be told beyond its package's policy: the one official page that its signed
 * configuration wants in the frame. Chromium takes a list whole from the last file that has it, so ours stand in it too.
 * @returns the text of a policy file, null where the package's policy is all
 * @throws IdentityError where the provisioning cannot be read or is not signed by the centre
 */
export async function browserPolicy(dataDir: string): Promise<string | null> {
  const provisioned = await loadProvisioning(dataDir);
  const origin = provisioned === null ? null : officialPageOrigin(provisioned.document);
  return origin === null ? null : `${JSON.stringify({ URLAllowlist: [OWN_PAGES, allowedAddress(origin)] })}\n`;
}
