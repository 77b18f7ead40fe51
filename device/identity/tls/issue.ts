import { isIP } from 'node:net';

/** Issues the certificates of the hall's network: the device's own authority, and the server under it. */

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** A year, as browsers ask of servers; renewed long before by `lan-certificate.ts`. */
const SERVER_LIFE_MS = 365 * DAY_MS;
/** Fixed, so that an authority made under an unset clock is valid when the clock is right. */
const AUTHORITY_FROM = new Date('2025-01-01T00:00:00Z');
const AUTHORITY_UNTIL = new Date('2054-12-31T00:00:00Z');

/** Loaded when something is issued, which is rare: reading the library takes a quarter of a second. */
async function library() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

async function keyPair(jwk: JsonWebKey): Promise<CryptoKeyPair> {
  const { d: _secret, ...open } = jwk;
  return {
    privateKey: await crypto.subtle.importKey('jwk', jwk, ECDSA, true, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', open, ECDSA, true, ['verify']),
  };
}

/**
 * A root certificate that may sign servers and nothing else: no further authority below it, no person, no program.
 * @param name of the device, for whoever looks at the certificate
 * @returns PEM
 */
export async function issueAuthority(jwk: JsonWebKey, name: string): Promise<string> {
  const x509 = await library();
  const keys = await keyPair(jwk);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    notBefore: AUTHORITY_FROM,
    notAfter: AUTHORITY_UNTIL,
    signingAlgorithm: ECDSA,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return certificate.toString('pem');
}

/**
 * A server certificate under an authority, for one year from yesterday.
 * @param names host names and addresses under which the hall reaches the device; at least one
 * @returns PEM
 */
export async function issueServer(given: {
  authority: string;
  authorityJwk: JsonWebKey;
  jwk: JsonWebKey;
  names: readonly string[];
  nowMs: number;
}): Promise<string> {
  const x509 = await library();
  const { publicKey } = await keyPair(given.jwk);
  const signer = await keyPair(given.authorityJwk);
  const authority = new x509.X509Certificate(given.authority);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [given.names[0] ?? 'device'] }],
    issuer: authority.subjectName,
    publicKey,
    signingKey: signer.privateKey,
    notBefore: new Date(given.nowMs - DAY_MS),
    notAfter: new Date(given.nowMs + SERVER_LIFE_MS),
    signingAlgorithm: ECDSA,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        given.names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey),
    ],
  });
  return certificate.toString('pem');
}
