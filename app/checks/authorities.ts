import { X509Certificate } from 'node:crypto';
import { CodedError } from '../../device/errors.ts';
import { loadWay } from '../../device/identity/network-settings.ts';
import type { Facts } from './facts.ts';

/** The authorities that a technician added for the way to the centre; or why those settings cannot be read. */
export function authorityFacts(dataDir: string): NonNullable<Facts['authorities']> {
  try {
    return loadWay(dataDir).ca.map((pem) => {
      const { fingerprint256, validTo } = new X509Certificate(pem);
      return { fingerprint: fingerprint256, validUntil: Date.parse(validTo) };
    });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { code: error.code, fault: error.message, hint: error.hint };
  }
}
