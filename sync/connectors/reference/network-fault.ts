/** What a technician can do about a network fault, by the operating system's or OpenSSL's name for it. */
const EXPLANATIONS: Record<string, (host: string) => string> = {
  ENOTFOUND: (host) => `the name of ${host} is unknown: check the address and the DNS server`,
  EAI_AGAIN: (host) => `no DNS server answered for ${host}: check cable, network and DNS`,
  ECONNREFUSED: (host) => `${host} refuses connections: check the port; is the centre running?`,
  ECONNRESET: (host) => `${host} broke the connection off`,
  EPIPE: (host) => `${host} broke the connection off`,
  ECONNABORTED: (host) => `the answer of ${host} was cut off`,
  ERR_BAD_RESPONSE: (host) => `the answer of ${host} was cut off, too long or not readable`,
  ETIMEDOUT: (host) => `${host} cannot be reached: check cable, network and firewall`,
  EHOSTUNREACH: (host) => `there is no way to ${host}: check cable and network`,
  ENETUNREACH: () => 'this device has no network: check the cable and its address',
  CERT_HAS_EXPIRED: (host) => `the certificate of ${host} has expired, or this device's clock is wrong`,
  CERT_NOT_YET_VALID: (host) => `the certificate of ${host} is not valid yet: check this device's clock`,
  DEPTH_ZERO_SELF_SIGNED_CERT: (host) => `the certificate of ${host} is self-signed: install the centre's authority`,
  SELF_SIGNED_CERT_IN_CHAIN: (host) => `the certificate of ${host} is from an unknown authority: install it`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (host) => `the certificate of ${host} is from an unknown authority: install it`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: (host) => `the certificate of ${host} is from an unknown authority: install it`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) => `the certificate shown is not for ${host}: check the address`,
};

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

/**
 * One sentence about why no answer came. The fault's own text is left out: it may quote what was sent.
 * @param error whatever the HTTP client threw
 * @param host name and port of the centre
 */
export function networkFault(error: unknown, host: string): string {
  const code = codeOf(error);
  const explanation = Object.hasOwn(EXPLANATIONS, code) ? EXPLANATIONS[code] : undefined;
  return explanation ? `${explanation(host)} (${code})` : `no answer from ${host} (${code})`;
}
