import type { FastifyInstance } from 'fastify';
import { canonicalJson } from '../../../device/ledger/canonical-json.ts';
import { sha256 } from '../../../device/ledger/chain.ts';
import { signJws } from '../../protocol/jws.ts';
import { authenticate } from '../authentication.ts';
import type { CentreContext } from '../context.ts';

/** RFC 9110 §13.1.2: a list of tags or `*`, compared weakly. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  const given = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return given.includes('*') || given.includes(etag);
}

/** §3. The tag is the payload's, so a signature made anew does not look like a new configuration. */
export function configurationRoutes(app: FastifyInstance, context: CentreContext): void {
  app.get('/v1/devices/:deviceId/configuration', async (request, reply) => {
    const { deviceId } = await authenticate(request, context);
    const payload = context.configuration(deviceId);
    const etag = `"${sha256(canonicalJson(payload)).slice('sha256:'.length)}"`;
    reply.header('etag', etag);
    if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send();
    const { sig } = context.keys;
    return { configuration: await signJws(payload, { key: sig, kid: sig.kid }) };
  });
}
