import { SyncError } from '../../errors.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function refuse(code: 'address_malformed' | 'address_not_https', message: string): never {
  const hint = "Enter the centre's base URL as https://host[:port][/path].";
  throw new SyncError(code, message, { next: 'stop', hint });
}

/**
 * The base of all request URLs. Plain http is for a centre on this very machine (reference-protocol §1): on any wire it
 * would show who rated what to whoever listens.
 * @param baseUrl as configured, with or without a final slash
 * @returns the URL without a final slash
 * @throws SyncError `address_malformed | address_not_https`
 */
export function centreAddress(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (url === null || url.hostname === '') return refuse('address_malformed', "the centre's address is no URL");
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return refuse('address_malformed', "the centre's address holds a password, a query or a fragment");
  }
  const isLoopback = url.protocol === 'http:' && LOOPBACK.test(url.hostname);
  if (url.protocol !== 'https:' && !isLoopback) {
    return refuse('address_not_https', `the centre's address is ${url.protocol}//, which is not encrypted`);
  }
  return url.href.replace(/\/+$/, '');
}
