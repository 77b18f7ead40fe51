import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ReceiptReader } from '../../sync/connectors/reference/batch.ts';
import type { Signer } from '../../sync/connectors/reference/connector.ts';
import { signRequest, verifyRequest } from '../../sync/protocol/http-signature.ts';
import { type Ed25519PrivateJwk, signJws, verifyJws } from '../../sync/protocol/jws.ts';
import { type CentreKeys, type Receipt, receiptSchema } from '../../sync/protocol/messages.ts';
import { sealOf } from './disk.ts';
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
  /** What a device knows that was told the centre's keys 1 … `newest`. */
  centreKeys(newest: number): CentreKeys;
  signerFor(deviceId: string): Signer;
  sign: typeof signRequest;
  /** Rejects where nobody known signed it. */
  proofOf(request: SignedRequest): Promise<Proof>;
  /** @param by which of the centre's keys, or that of somebody who would like to be it */
  signReceipt(payload: Receipt, by: number | 'stranger'): Promise<string>;
  readReceipt: ReceiptReader;
  pack: (text: string) => Promise<Buffer>;
  unpack(body: Buffer): string;
}

/** A stranger claims the name of the centre's first key. */
const kidOf = (by: number | 'stranger'): string => `centre-${by === 'stranger' ? 1 : by}`;
const upTo = (newest: number): number[] => Array.from({ length: newest }, (_none, index) => index + 1);
const NOBODY = 'A'.repeat(43);

/** Stand-ins: whoever signs says so, and nobody in this simulation tries to sign for another device. */
export function cheapCryptography(): Cryptography {
  const digest = (text: string): string => sealOf(text).toString(36);
  const coded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const read = (text = ''): unknown => JSON.parse(Buffer.from(text, 'base64url').toString());
  return {
    centreKeys: (newest) => ({
      keys: upTo(newest).map((by) => ({ kty: 'OKP', crv: 'Ed25519', kid: kidOf(by), use: 'sig', x: NOBODY })),
    }),
    signerFor: (keyId) => ({
      keyId,
      alg: 'ed25519',
      sign: async () => new Uint8Array(64),
    }),
    async sign({ keyId, created, nonce }) {
      const input = `sig1=("@method" "@target-uri");created=${created};keyid="${keyId}";alg="ed25519";nonce="${nonce}"`;
      return { 'signature-input': input, signature: 'sig1=:AA==:' };
    },
    async proofOf({ headers }) {
      const input = headers['signature-input'] ?? '';
      const found = /;created=(\d+);keyid="([^"]+)";alg="ed25519";nonce="([^"]+)"/.exec(input);
      if (found === null) throw new Error('the request is not signed');
      return { created: Number(found[1]), keyId: found[2]!, nonce: found[3]! };
    },
    async signReceipt(payload, by) {
      const kid = kidOf(by);
      const signed = `${coded({ alg: 'EdDSA', kid })}.${coded(payload)}`;
      return `${signed}.${digest((by === 'stranger' ? by : kid) + signed)}`;
    },
    async readReceipt(jws, { keys }) {
      const [head, payload, signature] = jws.split('.');
      const { kid } = read(head) as { kid: string };
      const isKnown = keys.some((key) => key.kid === kid);
      if (!isKnown || signature !== digest(`${kid}${head}.${payload}`)) throw new Error('not by the centre');
      return receiptSchema.parse(read(payload));
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
  const all = new Map<string, Keys>();
  const keysOf = (owner: string): Keys => {
    const keys = all.get(owner) ?? newKeys();
    all.set(owner, keys);
    return keys;
  };
  const ofCentre = (by: number | 'stranger'): Keys => keysOf(`centre ${by}`);
  return {
    centreKeys: (newest) => ({
      keys: upTo(newest).map((by) => {
        const jwk = ofCentre(by).public.export({ format: 'jwk' });
        return { ...jwk, kty: 'OKP', kid: kidOf(by), use: 'sig' as const };
      }),
    }),
    signerFor(keyId) {
      const keys = keysOf(keyId);
      return { keyId, alg: 'ed25519', sign: async (bytes) => sign(null, bytes, keys.private) };
    },
    sign: signRequest,
    proofOf: (request) =>
      verifyRequest({
        ...request,
        resolveKey(keyId) {
          const keys = all.get(keyId);
          if (keys === undefined) return null;
          const key = createPublicKey(keys.private);
          return (base, signature) => verify(null, base, key, signature);
        },
      }),
    signReceipt: (payload, by) =>
      world.outside(() => signJws(payload, { key: privateJwk(ofCentre(by)), kid: kidOf(by) })),
    readReceipt: (jws, keys) => world.outside(() => verifyJws(jws, keys, receiptSchema)),
    pack: async (text) => gzipSync(text),
    unpack: (body) => gunzipSync(body).toString('utf8'),
  };
}
