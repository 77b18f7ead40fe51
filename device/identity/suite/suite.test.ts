import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { sm3, sm4 } from 'sm-crypto-v2';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Sm2Jwk } from './key.ts';
import { SUITES } from './key.ts';
import { opensslSigns, opensslSm4Ctr, opensslVerifies, requireOpenssl } from './openssl-oracle.ts';
import { sm4Sealer, suiteSealer } from './seal.ts';
import { signSm2, sm2PublicJwk } from './sm2-sm3.ts';
import { identityKey, verifySignature } from './suite.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const bytes = fc.uint8Array({ maxLength: 600 });
const seed = () => randomBytes(32);

describe('published examples', () => {
  /** GB/T 32918.5-2017 annex A.2. */
  const EXAMPLE = {
    secret: 0x3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8n,
    k: 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n,
    x: '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020',
    y: 'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
    signature:
      'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
      'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
  };

  it('SM2 of GB/T 32918.5: public key, signature, verification', () => {
    const message = Buffer.from('message digest');
    const jwk = sm2PublicJwk(EXAMPLE.secret);
    expect(jwk.x).toBe(hex(EXAMPLE.x).toString('base64url'));
    expect(jwk.y).toBe(hex(EXAMPLE.y).toString('base64url'));
    expect(signSm2(EXAMPLE.secret, message, EXAMPLE.k).toString('hex')).toBe(EXAMPLE.signature);
    expect(verifySignature(jwk, message, hex(EXAMPLE.signature))).toBe(true);
    expect(verifySignature(jwk, Buffer.from('message digesu'), hex(EXAMPLE.signature))).toBe(false);
  });

  it.each([
    ['abc', '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'],
    ['abcd'.repeat(16), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732'],
  ])('SM3 of GM/T 0004: %s', (text, digest) => {
    expect(sm3(text)).toBe(digest);
  });

  it('SM4 of GB/T 32907 annex A.1', () => {
    const key = hex('0123456789abcdeffedcba9876543210');
    const options = { mode: 'ecb', padding: 'none', output: 'array' } as const;
    expect(Buffer.from(sm4.encrypt(key, key, options)).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246');
  });

  it('SM4-GCM of RFC 8998 A.1', () => {
    const plaintext = hex(
      'aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd' +
        'eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa',
    );
    const sealer = sm4Sealer(hex('0123456789abcdeffedcba9876543210'));
    const sealed = sealer.seal(
      plaintext,
      hex('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
      hex('00001234567800000000abcd'),
    );
    expect(sealed.toString('hex')).toBe(
      '17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735' +
        'd82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d' +
        '83de3541e4c2b58177e065a9bf7b62ec',
    );
  });

  it('Ed25519 of RFC 8032 §7.1, third test', () => {
    const key = identityKey('ed25519', hex('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7'));
    expect(key.sign(hex('af82')).toString('hex')).toBe(
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac' +
        '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    );
  });
});

describe('against openssl', () => {
  beforeAll(requireOpenssl);

  it('openssl takes our SM2 signatures, and refuses them over another text', () => {
    const key = identityKey('sm2-sm3', seed());
    const jwk = key.publicJwk as Sm2Jwk;
    for (const message of [Buffer.from('a'), Buffer.from('评价器'), randomBytes(700)]) {
      const signature = key.sign(message);
      expect(opensslVerifies(jwk, message, signature)).toBe(true);
      expect(opensslVerifies(jwk, Buffer.concat([message, Buffer.of(0)]), signature)).toBe(false);
    }
  });

  it('we take openssl’s SM2 signatures, and refuse them over another text', () => {
    for (const message of [Buffer.from('a'), Buffer.from('评价器'), randomBytes(700)]) {
      const { key, signature } = opensslSigns(message);
      expect(verifySignature(key, message, signature)).toBe(true);
      expect(verifySignature(key, Buffer.concat([message, Buffer.of(0)]), signature)).toBe(false);
    }
  });

  it('SM4-GCM is openssl’s SM4 in counter mode', () => {
    for (const length of [1, 16, 17, 700]) {
      const [key, nonce, text] = [randomBytes(16), randomBytes(12), randomBytes(length)];
      const sealed = sm4Sealer(key).seal(text, Buffer.of(1), nonce);
      const counter = Buffer.concat([nonce, Buffer.of(0, 0, 0, 2)]);
      expect(sealed.subarray(0, -16)).toEqual(opensslSm4Ctr(key, counter, text));
    }
  });

  it('SM3 is what this Node’s OpenSSL computes', () => {
    fc.assert(fc.property(bytes, (data) => sm3(data) === createHash('sm3').update(data).digest('hex')));
  });
});

describe.each(SUITES)('%s', (suite) => {
  it('is the same key for the same seed, with a fingerprint of its own', () => {
    const fixed = Buffer.alloc(32, 7);
    const [one, two, other] = [identityKey(suite, fixed), identityKey(suite, fixed), identityKey(suite, seed())];
    expect(one.publicJwk).toEqual(two.publicJwk);
    expect(one.fingerprint).toBe(two.fingerprint);
    expect(one.fingerprint).not.toBe(other.fingerprint);
    expect(one.alg).toBe(suite);
  });

  it('signs what it verifies, and nothing else', () => {
    const [key, other] = [identityKey(suite, seed()), identityKey(suite, seed())];
    fc.assert(
      fc.property(bytes, fc.nat(63), fc.integer({ min: 1, max: 255 }), (data, at, change) => {
        const signature = key.sign(data);
        const forged = Buffer.from(signature);
        forged[at] = (forged[at] ?? 0) ^ change;
        expect(signature).toHaveLength(64);
        expect(verifySignature(key.publicJwk, data, signature)).toBe(true);
        expect(verifySignature(key.publicJwk, data, forged)).toBe(false);
        expect(verifySignature(other.publicJwk, data, signature)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('takes nothing malformed for a signature or a key', () => {
    const key = identityKey(suite, seed());
    const data = Buffer.from('data');
    for (const signature of [Buffer.alloc(0), Buffer.alloc(63), Buffer.alloc(64), Buffer.alloc(64, 0xff)]) {
      expect(verifySignature(key.publicJwk, data, signature)).toBe(false);
    }
    const signature = key.sign(data);
    const offTheCurve = { kty: 'EC', crv: 'SM2', x: Buffer.alloc(32, 1).toString('base64url') };
    for (const jwk of [null, {}, { kty: 'RSA' }, offTheCurve, { ...offTheCurve, y: offTheCurve.x }]) {
      expect(verifySignature(jwk, data, signature)).toBe(false);
    }
  });

  it('opens what it sealed, and nothing that differs in a bit, a place or the key', () => {
    const [rawKey, nonce] = [randomBytes(32), randomBytes(12)];
    const [sealer, other] = [suiteSealer(suite, rawKey), suiteSealer(suite, randomBytes(32))];
    fc.assert(
      fc.property(bytes, bytes, fc.nat(), (text, aad, at) => {
        const sealed = sealer.seal(text, aad, nonce);
        const forged = Buffer.from(sealed);
        const place = at % forged.length;
        forged[place] = (forged[place] ?? 0) ^ 1;
        expect(sealer.open(sealed, aad, nonce)).toEqual(Buffer.from(text));
        expect(sealer.open(forged, aad, nonce)).toBeNull();
        expect(sealer.open(sealed, Buffer.concat([aad, Buffer.of(1)]), nonce)).toBeNull();
        expect(other.open(sealed, aad, nonce)).toBeNull();
      }),
      { numRuns: 50 },
    );
  });
});
