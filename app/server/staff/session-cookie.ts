import type { FastifyReply, FastifyRequest } from 'fastify';

/** The cookie that carries a staff session: 32 random bytes in base64url, and nothing about the person. */
const NAME = 'pingjiaqi_session';
const COOKIE = new RegExp(`(?:^|;\\s*)${NAME}=([A-Za-z0-9_-]{43})(?:;|$)`);

/** The token in the request's cookie; null where there is none or it has another shape. */
export function sessionToken(request: FastifyRequest): string | null {
  return COOKIE.exec(request.headers.cookie ?? '')?.[1] ?? null;
}

/** No script may read it, no other site may send it, and it ends with the browser at the latest. */
function setCookie(request: FastifyRequest, reply: FastifyReply, value: string): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  reply.header('set-cookie', `${NAME}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}`);
}

export function giveToken(request: FastifyRequest, reply: FastifyReply, token: string): void {
  setCookie(request, reply, token);
}

export function takeToken(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, '; Max-Age=0');
}
