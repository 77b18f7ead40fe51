import { X509Certificate } from 'node:crypto';
import { loadWay } from '../../device/identity/network-settings.ts';
import type { CertificateFact } from './facts.ts';

/**
 * The authorities that a technician added for the way to the centre.
 * @throws IdentityError `network_unreadable`
 */
export function authorityFacts(dataDir: string): CertificateFact[] {
  return loadWay(dataDir).ca.map((pem) => {
    const { fingerprint256, validTo } = new X509Certificate(pem);
    return { fingerprint: fingerprint256, validUntil: Date.parse(validTo) };
  });
}
