import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ProtocolError } from './errors.ts';
import { type Ed25519PrivateJwk, signJws, verifyJws, verifyJwsByKey } from './jws.ts';
import type { CentreKeys } from './messages.ts';

const newKey = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as Ed25519PrivateJwk;
const key = newKey();
const payload = { a: 1 };
const schema = z.object({ a: z.number() });
const keys: CentreKeys = {
  keys: [
    { kty: 'OKP', crv: 'Ed25519', x: key.x, kid: 'k1', use: 'sig' },
    { kty: 'OKP', crv: 'Ed25519', x: key.x, kid: 'e1', use: 'enc' },
    { kty: 'LATTICE', kid: 'new', use: 'sig' },
  ],
};
const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => 'passed',
    (error: unknown) => (error instanceof ProtocolError ? error.code : String(error)),
  );

describe('verifyJws', () => {
  it('returns the payload that a key of the set signed', async () => {
    const jws = await signJws(payload, { key, kid: 'k1' });
    expect(await verifyJws(jws, keys, schema)).toEqual(payload);
    expect(JSON.parse(Buffer.from(jws.split('.')[0] as string, 'base64url').toString())).toEqual({
      alg: 'EdDSA',
      kid: 'k1',
    });
  });

  it('takes a JWS made by hand from RFC 8037 appendix A.4', async () => {
    const rfc =
      'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';
    const rfcKey = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    // The RFC's payload is no JSON: the signature holds, so only the payload is at fault.
    expect(await codeOf(verifyJwsByKey(rfc, rfcKey, schema))).toBe('jws_bad_payload');
  });

  it.each([
    ['jws_malformed', 'nothing', async () => ''],
    ['jws_malformed', 'two parts', async () => 'a.b'],
    ['jws_unknown_key', 'no kid', () => signJws(payload, { key })],
    ['jws_unknown_key', 'a foreign kid', () => signJws(payload, { key, kid: 'k9' })],
    ['jws_unknown_key', 'the key for encryption', () => signJws(payload, { key, kid: 'e1' })],
    ['jws_unknown_key', 'a kind of key we do not know', () => signJws(payload, { key, kid: 'new' })],
    ['jws_bad_signature', 'a foreign key under our kid', () => signJws(payload, { key: newKey(), kid: 'k1' })],
    ['jws_bad_payload', 'another shape', () => signJws({ a: 'x' }, { key, kid: 'k1' })],
    ['jws_algorithm', 'no signature at all', async () => `${b64({ alg: 'none', kid: 'k1' })}.${b64(payload)}.`],
    ['jws_algorithm', 'a shared secret', async () => `${b64({ alg: 'HS256', kid: 'k1' })}.${b64(payload)}.AAAA`],
  ])('answers %s to %s', async (code, _name, make) => {
    expect(await codeOf(verifyJws(await make(), keys, schema))).toBe(code);
  });

  it('holds for no other payload', async () => {
    const [header, , signature] = (await signJws(payload, { key, kid: 'k1' })).split('.');
    expect(await codeOf(verifyJws(`${header}.${b64({ a: 2 })}.${signature}`, keys, schema))).toBe('jws_bad_signature');
  });
});
