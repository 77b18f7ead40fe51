import { createPublicKey, verify as edVerify } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { formatTime } from '../../device/time.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { type Verify, verifyRequest } from '../protocol/http-signature.ts';
import { type DeviceKey, SIGNATURE_WINDOW_S } from '../protocol/messages.ts';
import type { CentreContext } from './context.ts';
import { malformed, Refusal } from './errors.ts';
import type { Device } from './storage/devices.ts';

/** Who sent a request (reference-protocol §1). */

/** A request may be signed up to 300 s ahead and stays fresh 300 s after: a nonce must outlive both. */
const NONCE_MEMORY_MS = 2 * SIGNATURE_WINDOW_S * 1000;

function verifierOf(key: DeviceKey, alg: string, verifySm2: CentreContext['verifySm2']): Verify | null {
  if (key.crv === 'SM2' && alg === 'sm2-sm3' && verifySm2 !== undefined) {
    return (base, signature) => verifySm2(key, base, signature);
  }
  if (key.crv !== 'Ed25519' || alg !== 'ed25519') return null;
  const publicKey = createPublicKey({ key, format: 'jwk' });
  return (base, signature) => edVerify(null, base, publicKey, signature);
}

/** Nobody we know signed it, or the request cannot be read: the page has no third word. */
function refusalFor(error: unknown): unknown {
  if (!(error instanceof ProtocolError)) return error;
  const nobody = error.code === 'signature_unknown_key' || error.code === 'signature_bad';
  return nobody ? new Refusal(401, 'unknown_device', error.message) : malformed(`${error.message}: ${error.hint}`);
}

function stale(now: number, message: string): Refusal {
  return new Refusal(401, 'stale_signature', message, { serverTime: formatTime(now) });
}

function checkFresh(context: CentreContext, proof: { keyId: string; created: number; nonce: string }): void {
  const now = context.clock.wallMs();
  if (Math.abs(now / 1000 - proof.created) > SIGNATURE_WINDOW_S) {
    throw stale(now, `created: within ${SIGNATURE_WINDOW_S} s of serverTime`);
  }
  if (!context.devices.useNonce(proof.keyId, proof.nonce, now, NONCE_MEMORY_MS)) {
    throw stale(now, 'nonce: never used before');
  }
}

/**
 * The device that signed a request, its nonce spent.
 * The target URI is taken from the request line and the Host header: a signature for another centre names a device
 * id that is unknown here, so a forged Host wins nothing.
 * @throws Refusal 400 `malformed`, 401 `unknown_device | revoked | stale_signature`
 */
export async function authenticate(request: FastifyRequest, context: CentreContext): Promise<Device> {
  const { devices } = context;
  const proof = await verifyRequest({
    method: request.method,
    url: `${request.protocol}://${request.headers.host ?? ''}${request.raw.url ?? ''}`,
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : null,
    resolveKey(keyId, alg) {
      const device = devices.find(keyId);
      return device === null ? null : verifierOf(device.publicKey, alg, context.verifySm2);
    },
  }).catch((error: unknown) => {
    throw refusalFor(error);
  });
  const device = devices.find(proof.keyId);
  if (device === null || device.deviceId !== (request.params as { deviceId?: string }).deviceId) {
    throw new Refusal(401, 'unknown_device', 'keyid: the device of the path');
  }
  if (device.revoked) throw new Refusal(401, 'revoked', 'this device was revoked; call a technician');
  checkFresh(context, proof);
  return device;
}
