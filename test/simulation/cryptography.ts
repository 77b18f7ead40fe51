import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ReceiptReader } from '../../sync/connectors/reference/batch.ts';
import type { Signer } from '../../sync/connectors/reference/connector.ts';
import { verifyRequest } from '../../sync/protocol/http-signature.ts';
import { type Ed25519PrivateJwk, signJws, verifyJws } from '../../sync/protocol/jws.ts';
import { type CentreKeys, type Receipt, receiptSchema } from '../../sync/protocol/messages.ts';
import type { World } from './world.ts';

/** A signed request as it reaches a centre. */
export interface SignedRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

export interface Proof {
  keyId: string;
  created: number;
  nonce: string;
}

/** Everything that costs: the real thing for a few seeds, stand-ins for thousands. Same outcomes, byte for byte or not. */
export interface Cryptography {
  centreKeys: CentreKeys;
  signerFor(deviceId: string): Signer;
  /** Rejects where nobody known signed it. */
  proofOf(request: SignedRequest): Promise<Proof>;
  /** @param by the centre's own key, or that of somebody who would like to be it */
  signReceipt(payload: Receipt, by: 'centre' | 'stranger'): Promise<string>;
  readReceipt: ReceiptReader;
  pack(text: string): Promise<Buffer>;
  unpack(body: Buffer): string;
}

const KID = 'centre-1';
const NOBODY = 'A'.repeat(43);

/** Stand-ins: a signature is a hash that nobody else in this simulation can have made, since nobody tries to. */
export function cheapCryptography(): Cryptography {
  const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
  const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: KID })).toString('base64url');
  return {
    centreKeys: { keys: [{ kty: 'OKP', crv: 'Ed25519', kid: KID, use: 'sig', x: NOBODY }] },
    signerFor: (keyId) => ({
      keyId,
      alg: 'ed25519',
      sign: async (bytes) => createHash('sha512').update(keyId).update(bytes).digest(),
    }),
    async proofOf({ headers }) {
      const input = headers['signature-input'] ?? '';
      const found = /;created=(\d+);keyid="([^"]+)";alg="ed25519";nonce="([^"]+)"/.exec(input);
      if (found === null) throw new Error('the request is not signed');
      return { created: Number(found[1]), keyId: found[2]!, nonce: found[3]! };
    },
    async signReceipt(payload, by) {
      const signed = `${header}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
      return `${signed}.${digest(by + signed)}`;
    },
    async readReceipt(jws) {
      const [head, payload = '', signature] = jws.split('.');
      if (signature !== digest(`centre${head}.${payload}`)) throw new Error('not by the centre');
      return receiptSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    },
    pack: async (text) => Buffer.from(text),
    unpack: (body) => body.toString('utf8'),
  };
}

interface Keys {
  public: KeyObject;
  private: KeyObject;
}

const privateJwk = (keys: Keys) => keys.private.export({ format: 'jwk' }) as Ed25519PrivateJwk;

function newKeys(): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { public: publicKey, private: privateKey };
}

/** Ed25519 and gzip. Key bytes differ from run to run; no decision depends on them, so a seed still replays. */
export function realCryptography(world: World): Cryptography {
  const centre = newKeys();
  const stranger = newKeys();
  const devices = new Map<string, Keys>();
  const centreKeys = {
    keys: [{ ...centre.public.export({ format: 'jwk' }), kty: 'OKP', kid: KID, use: 'sig' as const }],
  };
  return {
    centreKeys,
    signerFor(keyId) {
      const keys = devices.get(keyId) ?? newKeys();
      devices.set(keyId, keys);
      return { keyId, alg: 'ed25519', sign: async (bytes) => sign(null, bytes, keys.private) };
    },
    proofOf: (request) =>
      verifyRequest({
        ...request,
        resolveKey(keyId) {
          const keys = devices.get(keyId);
          if (keys === undefined) return null;
          const key = createPublicKey(keys.private);
          return (base, signature) => verify(null, base, key, signature);
        },
      }),
    signReceipt: (payload, by) =>
      world.outside(() => signJws(payload, { key: privateJwk(by === 'centre' ? centre : stranger), kid: KID })),
    readReceipt: (jws, keys) => world.outside(() => verifyJws(jws, keys, receiptSchema)),
    pack: async (text) => gzipSync(text),
    unpack: (body) => gunzipSync(body).toString('utf8'),
  };
}
