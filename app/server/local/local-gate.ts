import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tokenCookie } from '../cookie.ts';
import { problem, sendProblem } from '../problem.ts';

/** Whoever started the appliance made these, for one boot; they are in memory, and with its owner's rights in a file. */
export interface LocalTokens {
  /** Handed to the window in the address that it opens first. */
  page: string;
  /** For commands of the same user on the machine (`Authorization: Bearer …`). */
  console: string;
}

/** The query of the first address; the answer moves it into a cookie, so that it does not stay in sight. */
export const BOOT_PARAMETER = 'boot';

const pageCookie = tokenCookie('pingjiaqi_page');

export interface LocalGate {
  /** Asked by the device's own window, or by a command of the device's user. */
  mayUse(request: FastifyRequest): boolean;
  isConsole(request: FastifyRequest): boolean;
}

/** In constant time, whatever was given. */
function isSame(given: string | null | undefined, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(wanted));
}

/**
 * Keeps other programs and other users of the machine from playing the citizen or the technician: reaching loopback is
 * no right. Pages themselves are open, they hold nothing. @param tokens null in trial mode, where all is open
 */
export function localGate(tokens: LocalTokens | null): LocalGate {
  if (tokens === null) return { mayUse: () => true, isConsole: () => true };
  const isConsole = (request: FastifyRequest) =>
    isSame(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1], tokens.console);
  return { isConsole, mayUse: (request) => isSame(pageCookie.read(request), tokens.page) || isConsole(request) };
}

/** Takes the token out of the first address: sets the cookie and goes on to the same page without it. */
export function takeBootToken(server: FastifyInstance, tokens: LocalTokens | null): void {
  if (tokens === null) return;
  server.addHook('onRequest', async (request, reply) => {
    const given = (request.query as Record<string, unknown> | null)?.[BOOT_PARAMETER];
    if (request.method !== 'GET' || typeof given !== 'string') return;
    if (!isSame(given, tokens.page)) {
      return sendProblem(reply, problem(403, 'forbidden', 'this address is of an earlier start'));
    }
    pageCookie.give(request, reply, tokens.page);
    return reply.redirect(request.url.split('?')[0] ?? '/', 303);
  });
}

/** The address that the window opens first. @param tokens null in trial mode */
export function firstAddress(page: string, tokens: LocalTokens | null): string {
  if (tokens === null) return page;
  const url = new URL(page);
  url.searchParams.set(BOOT_PARAMETER, tokens.page);
  return url.href;
}
