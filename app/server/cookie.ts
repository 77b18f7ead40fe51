import type { FastifyReply, FastifyRequest } from 'fastify';

/** Tokens of this server: 32 random bytes in base64url, and nothing about anybody. */
const TOKEN = '[A-Za-z0-9_-]{43}';

/** A cookie that carries one token: no script may read it, no other site may send it, the disk never sees it. */
export interface TokenCookie {
  /** Null where the request has none, or one of another shape. */
  read(request: FastifyRequest): string | null;
  give(request: FastifyRequest, reply: FastifyReply, token: string): void;
  take(request: FastifyRequest, reply: FastifyReply): void;
}

/** @param name a cookie name (RFC 6265 §4.1.1), without characters that a pattern would read */
export function tokenCookie(name: string): TokenCookie {
  const pattern = new RegExp(`(?:^|;\\s*)${name}=(${TOKEN})(?:;|$)`);
  const set = (request: FastifyRequest, reply: FastifyReply, value: string) => {
    const secure = request.protocol === 'https' ? '; Secure' : '';
    reply.header('set-cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}`);
  };
  return {
    read: (request) => pattern.exec(request.headers.cookie ?? '')?.[1] ?? null,
    give: set,
    take: (request, reply) => set(request, reply, '; Max-Age=0'),
  };
}
