import { createPublicKey, randomBytes, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ed25519KeyFromSeed } from './suite/ed25519.ts';
import { ratingLink, signVisitToken, TOKEN_MAX_BYTES, type VisitToken, visitTokenSchema } from './visit-token.ts';

const key = ed25519KeyFromSeed(Buffer.alloc(32, 7));
const token: VisitToken = {
  v: 1,
  d: '019aa000-0000-7000-8000-000000000001',
  w: 'A-07',
  i: '019aa000-0000-7000-8000-000000000002',
  c: 'CASE-1',
  n: 1,
  x: 1_795_400_000,
};

describe('the device key', () => {
  it('is the same for the same seed and signs what its public half verifies', () => {
    const seed = randomBytes(32);
    const [one, two] = [ed25519KeyFromSeed(seed), ed25519KeyFromSeed(seed)];
    expect(one.publicJwk).toEqual(two.publicJwk);
    const signature = one.sign(Buffer.from('visit'));
    const publicKey = createPublicKey({ key: two.publicJwk, format: 'jwk' });
    expect(verify(null, Buffer.from('visit'), publicKey, signature)).toBe(true);
    expect(verify(null, Buffer.from('visit!'), publicKey, signature)).toBe(false);
  });

  it('has the fingerprint of RFC 8037 A.3 for the key of that appendix', () => {
    const seed = Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url');
    expect(ed25519KeyFromSeed(seed).fingerprint).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });
});

describe('the visit token', () => {
  it('is a compact JWS by the device key over the fields of reference-protocol §5', () => {
    const jws = signVisitToken(token, key);
    const [header = '', payload = '', signature = ''] = jws.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'EdDSA' });
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(token);
    const publicKey = createPublicKey({ key: key.publicJwk, format: 'jwk' });
    expect(verify(null, Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
  });

  it('travels in the fragment, which no server sees', () => {
    expect(ratingLink('https://x.example/rate', 'abc')).toBe('https://x.example/rate#t=abc');
  });

  it('never passes 400 bytes: it is refused by code instead', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 64,
    });
    fc.assert(
      fc.property(printable, fc.string({ minLength: 1, maxLength: 32 }), (c, w) => {
        try {
          expect(signVisitToken({ ...token, c, w }, key).length).toBeLessThanOrEqual(TOKEN_MAX_BYTES);
        } catch (error) {
          expect(error).toMatchObject({ code: 'token_too_long' });
        }
      }),
    );
    expect(() => signVisitToken({ ...token, c: 'x'.repeat(64), w: '窗'.repeat(32) }, key)).toThrow(/400 are allowed/);
    expect(signVisitToken({ ...token, c: 'x'.repeat(64) }, key).length).toBeLessThanOrEqual(TOKEN_MAX_BYTES);
  });

  it('has no field for a name, a number of a person or a phone', () => {
    expect(Object.keys(visitTokenSchema.shape)).toEqual(['v', 'd', 'w', 'i', 'c', 'n', 'x']);
    expect(() => signVisitToken({ ...token, name: '甲' } as VisitToken, key)).toThrow(/name/);
  });
});
