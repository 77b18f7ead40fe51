import { createPrivateKey, createPublicKey, sign as edSign, verify as edVerify } from 'node:crypto';
import fc from 'fast-check';
import { httpbis } from 'http-message-signatures';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from './errors.ts';
import { contentDigest, type SignRequestOptions, signRequest, verifyRequest } from './http-signature.ts';

/** The published key pair of RFC 9421 appendix B.1.4, test-key-ed25519. */
const RFC_KEY = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
  x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
};
const privateKey = createPrivateKey({ key: RFC_KEY, format: 'jwk' });
const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: RFC_KEY.x }, format: 'jwk' });
const sign = (base: Uint8Array) => edSign(null, base, privateKey);
const verify = (base: Uint8Array, signature: Uint8Array) => edVerify(null, base, publicKey, signature);

const DEVICE = '01931fd4-7a3b-7c42-8d7e-0123456789ab';
const URL_1 = `http://127.0.0.1:8080/v1/devices/${DEVICE}/records`;
const BODY = Buffer.from('{"hello": "world"}');
const OPTIONS: SignRequestOptions = {
  method: 'POST',
  url: URL_1,
  body: BODY,
  keyId: DEVICE,
  alg: 'ed25519',
  created: 1_618_884_473,
  nonce: 'Zm9vYmFyYmF6cXV4',
  sign,
};
const resolveKey = (keyId: string, alg: string) => (keyId === DEVICE && alg === 'ed25519' ? verify : null);
const incoming = (headers: Record<string, string>, change: object = {}) => ({
  method: 'POST',
  url: URL_1,
  headers,
  body: BODY as Uint8Array | null,
  resolveKey,
  ...change,
});

async function codeOf(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => new Error('passed'),
    (cause: unknown) => cause,
  );
  return error instanceof ProtocolError ? error.code : String(error);
}

/** Signs a hand-written signature-input, as an independent device might order it. */
function handSigned(components: [name: string, value: string][], parameters: string): Record<string, string> {
  const input = `(${components.map(([name]) => name).join(' ')})${parameters}`;
  const base = [...components.map(([name, value]) => `${name}: ${value}`), `"@signature-params": ${input}`].join('\n');
  const signature = edSign(null, Buffer.from(base), privateKey).toString('base64');
  return {
    'content-digest': contentDigest(BODY),
    'signature-input': `sig1=${input}`,
    signature: `sig1=:${signature}:`,
  };
}
const METHOD: [string, string] = ['"@method"', 'POST'];
const TARGET: [string, string] = ['"@target-uri"', URL_1];
const DIGEST: [string, string] = ['"content-digest"', contentDigest(BODY)];
const PARAMS = `;created=1618884473;keyid="${DEVICE}";alg="ed25519";nonce="n1"`;

describe('the package we stand on', () => {
  it('rebuilds the base of RFC 9421 appendix B.2.6, so the published signature holds', async () => {
    const holds = await httpbis.verifyMessage(
      { keyLookup: async () => ({ verify: async (base, signature) => verify(base, signature) }) },
      {
        method: 'POST',
        url: 'https://example.com/foo?param=Value&Pet=dog',
        headers: {
          Host: 'example.com',
          Date: 'Tue, 20 Apr 2021 02:07:55 GMT',
          'Content-Type': 'application/json',
          'Content-Length': '18',
          'Signature-Input':
            'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
          Signature:
            'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
        },
      },
    );
    expect(holds).toBe(true);
  });
});

describe('signRequest', () => {
  it('writes the bytes that reference-protocol §1 fixes', async () => {
    expect(await signRequest(OPTIONS)).toEqual({
      'content-digest': 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
      'signature-input': `sig1=("@method" "@target-uri" "content-digest");created=1618884473;keyid="${DEVICE}";alg="ed25519";nonce="Zm9vYmFyYmF6cXV4"`,
      signature: handSigned([METHOD, TARGET, DIGEST], PARAMS.replace('n1', OPTIONS.nonce)).signature,
    });
  });

  it('leaves the digest out where there is no body', async () => {
    const headers = await signRequest({ ...OPTIONS, method: 'GET', body: null });
    expect(headers).not.toHaveProperty('content-digest');
    expect(headers['signature-input']).toContain('sig1=("@method" "@target-uri");');
  });

  it('signs what verifies, whatever method, path, body, nonce and second', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT'),
        fc.webPath(),
        fc.option(fc.uint8Array({ maxLength: 64 })),
        fc.stringMatching(/^[\x21-\x7e]{1,40}$/),
        fc.integer({ min: 1, max: 4_102_444_800 }),
        async (method, path, body, nonce, created) => {
          const url = new URL(`http://127.0.0.1:9${path}`).href;
          const headers = await signRequest({ ...OPTIONS, method, url, body, nonce, created });
          const result = await verifyRequest({ method, url, headers, body, resolveKey });
          expect(result).toEqual({ keyId: DEVICE, alg: 'ed25519', created, nonce });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('verifyRequest', () => {
  it.each([
    ['parameters in another order', [METHOD, TARGET, DIGEST], `;nonce="n1";alg="ed25519";keyid="${DEVICE}";created=9`],
    ['components in another order', [DIGEST, TARGET, METHOD], PARAMS],
    ['one component more', [METHOD, TARGET, DIGEST, ['"@authority"', '127.0.0.1:8080']], PARAMS],
    ['one parameter more', [METHOD, TARGET, DIGEST], `${PARAMS};tag="x, (y) \\" z"`],
  ] as [string, [string, string][], string][])('takes %s', async (_name, components, parameters) => {
    await expect(verifyRequest(incoming(handSigned(components, parameters)))).resolves.toMatchObject({ nonce: 'n1' });
  });

  it('takes sig1 beside the signature of a gateway, and judges sig1 alone', async () => {
    const headers = handSigned([METHOD, TARGET, DIGEST], PARAMS);
    const input = `gw=("@method");created=1;keyid="a, sig1=b", ${headers['signature-input']}`;
    const both = { ...headers, 'signature-input': input, signature: `gw=:AAAA:, ${headers.signature}` };
    await expect(verifyRequest(incoming(both))).resolves.toMatchObject({ keyId: DEVICE });
    const swapped = { ...both, signature: both.signature.replace('sig1=', 'x=').replace('gw=', 'sig1=') };
    expect(await codeOf(verifyRequest(incoming(swapped)))).toBe('signature_bad');
  });

  it.each([
    ['signature_incomplete', 'the method left out', [TARGET, DIGEST], PARAMS],
    ['signature_incomplete', 'the target left out', [METHOD, DIGEST], PARAMS],
    ['signature_incomplete', 'a body outside the signature', [METHOD, TARGET], PARAMS],
    [
      'signature_incomplete',
      'a digest of the request instead',
      [METHOD, TARGET, ['"content-digest";req', 'x']],
      PARAMS,
    ],
    ['signature_malformed', 'a component twice', [METHOD, METHOD, TARGET, DIGEST], PARAMS],
    ['signature_incomplete', 'no created', [METHOD, TARGET, DIGEST], PARAMS.replace('created=1618884473;', '')],
    ['signature_incomplete', 'a fraction of a second', [METHOD, TARGET, DIGEST], PARAMS.replace('473;', '473.5;')],
    ['signature_incomplete', 'created in words', [METHOD, TARGET, DIGEST], PARAMS.replace('1618884473', '"soon"')],
    ['signature_incomplete', 'no keyid', [METHOD, TARGET, DIGEST], ';created=1;alg="ed25519";nonce="n1"'],
    ['signature_incomplete', 'no alg', [METHOD, TARGET, DIGEST], `;created=1;keyid="${DEVICE}";nonce="n1"`],
    ['signature_incomplete', 'no nonce', [METHOD, TARGET, DIGEST], `;created=1;keyid="${DEVICE}";alg="ed25519"`],
    ['signature_incomplete', 'a numeric nonce', [METHOD, TARGET, DIGEST], PARAMS.replace('"n1"', '17')],
    ['signature_unknown_key', 'another alg', [METHOD, TARGET, DIGEST], PARAMS.replace('ed25519', 'sm2-sm3')],
    ['signature_unknown_key', 'another keyid', [METHOD, TARGET, DIGEST], PARAMS.replace(DEVICE, 'someone')],
    ['signature_bad', 'another method', [['"@method"', 'PUT'], TARGET, DIGEST], PARAMS],
    ['signature_bad', 'another target', [METHOD, ['"@target-uri"', 'http://127.0.0.1/'], DIGEST], PARAMS],
    ['signature_malformed', 'a header that is not there', [METHOD, TARGET, DIGEST, ['"x-gone"', '1']], PARAMS],
  ] as [string, string, [string, string][], string][])('answers %s to %s', async (code, _name, components, params) => {
    expect(await codeOf(verifyRequest(incoming(handSigned(components, params))))).toBe(code);
  });

  const good = handSigned([METHOD, TARGET, DIGEST], PARAMS);
  const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  const relabel = (text = '') => text.replace('sig1=', 'sig2=');
  it.each([
    ['signature_missing', 'no signature-input', without('signature-input'), {}],
    ['signature_missing', 'no signature', without('signature'), {}],
    [
      'signature_missing',
      'another label',
      { ...good, signature: relabel(good.signature), 'signature-input': relabel(good['signature-input']) },
      {},
    ],
    ['signature_malformed', 'sig1 twice', { ...good, signature: `${good.signature}, ${good.signature}` }, {}],
    ['signature_malformed', 'a token for a list', { ...good, 'signature-input': 'sig1=nonsense' }, {}],
    ['signature_malformed', 'an unclosed list', { ...good, 'signature-input': 'sig1=("@method"' }, {}],
    [
      'signature_malformed',
      'garbage after the list',
      { ...good, 'signature-input': `${good['signature-input']}=(` },
      {},
    ],
    ['signature_malformed', 'a signature as text', { ...good, signature: 'sig1="abc"' }, {}],
    ['signature_bad', 'a signature of the wrong size', { ...good, signature: 'sig1=:AAAA:' }, {}],
    ['digest_missing', 'no digest header', without('content-digest'), {}],
    ['digest_missing', 'sha-512 only', { ...good, 'content-digest': 'sha-512=:AAAA:' }, {}],
    [
      'digest_mismatch',
      'a right digest and a wrong one',
      { ...good, 'content-digest': `${contentDigest(BODY)}, sha-256=:AAAA:` },
      {},
    ],
    ['digest_mismatch', 'another body', good, { body: Buffer.from('{"hello": "w0rld"}') }],
    ['digest_mismatch', 'the body taken away', good, { body: null }],
    [
      'signature_bad',
      'digest and body exchanged together',
      { ...good, 'content-digest': contentDigest(Buffer.from('x')) },
      { body: Buffer.from('x') },
    ],
    ['signature_bad', 'another path', good, { url: `${URL_1}?x=1` }],
  ] as [string, string, Record<string, string>, object][])('answers %s to %s', async (code, _name, headers, change) => {
    expect(await codeOf(verifyRequest(incoming(headers, change)))).toBe(code);
  });

  it('passes on a failure of the key store as it is', async () => {
    const resolve = () => Promise.reject(new Error('disk'));
    await expect(verifyRequest(incoming(good, { resolveKey: resolve }))).rejects.toThrow('disk');
  });
});
