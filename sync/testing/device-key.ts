import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Signer } from '../connectors/reference/connector.ts';
import type { Jwk } from '../device-port.ts';

/** A device's key pair for tests: the private half only signs. */
export function deviceKey(): { publicKey: Jwk; signerFor(connection: { deviceId: string }): Signer } {
  const { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ format: 'jwk' }) as Jwk,
    signerFor: ({ deviceId }) => ({
      keyId: deviceId,
      alg: 'ed25519',
      sign: async (bytes) => sign(null, bytes, privateKey),
    }),
  };
}
