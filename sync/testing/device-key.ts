import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Signer } from '../connectors/reference/connector.ts';
import type { Jwk } from '../device-port.ts';
import type { Ed25519PrivateJwk } from '../protocol/jws.ts';

/** A device's key pair for tests: the private half only signs. */
export function deviceKey(): {
  publicKey: Jwk;
  /** For what the appliance signs itself: the tokens of QR codes. */
  privateKey: Ed25519PrivateJwk;
  signerFor: (connection: { deviceId: string }) => Signer;
} {
  const { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ format: 'jwk' }) as Jwk,
    privateKey: privateKey.export({ format: 'jwk' }) as Ed25519PrivateJwk,
    signerFor: ({ deviceId }) => ({
      keyId: deviceId,
      alg: 'ed25519',
      sign: async (bytes) => sign(null, bytes, privateKey),
    }),
  };
}
