import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { CitizenView } from '../../../device/visit/views.ts';
import type { ApplianceApi } from '../api.ts';
import type { LocalGate } from '../local/local-gate.ts';
import type { ServerMessage } from './protocol.ts';

/**
 * `html` with `view` in it as data, which no script policy has to allow, since a browser does not run it. The page shows
 * it before its socket stands; what the socket then says holds.
 */
export function withFirstView(html: string, view: CitizenView): string {
  const message: ServerMessage = { type: 'view', view };
  // No name of an item can end the element: inside JSON a `<` may always be written so.
  const data = JSON.stringify(message).replaceAll('<', '\\u003c');
  const end = html.lastIndexOf('</body>');
  const at = end < 0 ? html.length : end;
  return `${html.slice(0, at)}<script type="application/json" id="first-view">${data}</script>${html.slice(at)}`;
}

const INLINE_SCRIPT = /<script>(.*?)<\/script>/gs;

/**
 * Lets the scripts that stand in `html` itself run, each by what it says, and no other. The policy allows files only.
 * @param html as it was built: nothing that comes from a visit may be in it yet
 */
export function allowOwnScripts(reply: FastifyReply, html: string): void {
  const hashes = [...html.matchAll(INLINE_SCRIPT)].map(([, text = '']) =>
    createHash('sha256').update(text).digest('base64'),
  );
  const allowed = ["'self'", ...hashes.map((hash) => `'sha256-${hash}'`)].join(' ');
  reply.header(
    'content-security-policy',
    `${String(reply.getHeader('content-security-policy'))};script-src ${allowed}`,
  );
}

/**
 * The citizen's page at `/`. Who may not use it gets the page without a view, as before its first connection. No store
 * of the browser may keep an answer: it holds what is on the screen now.
 */
export function citizenPage(server: FastifyInstance, pagesDir: string, api: ApplianceApi, gate: LocalGate): void {
  // Read once: the pages of an appliance that runs do not change.
  let kept: string | null = null;
  server.get('/', { schema: { hide: true } }, async (request, reply) => {
    kept ??= await readFile(join(pagesDir, 'citizen/index.html'), 'utf8');
    allowOwnScripts(reply, kept);
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-store');
    return gate.mayUse(request) ? withFirstView(kept, api.citizenView()) : kept;
  });
}
