import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApplianceApi } from '../api.ts';
import { problem, sendProblem } from '../problem.ts';

const pictureParams = z.strictObject({ id: z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 in lower-case hex') });

/**
 * `GET /content/<sha256>`: a picture of the signed configuration, for the device's own page. It hangs in the hall for
 * everybody, so the loopback listener serves it; a browser keeps no copy of a photo beyond the page.
 */
export function contentRoutes(server: FastifyInstance, api: Pick<ApplianceApi, 'picture'>): void {
  server
    .withTypeProvider<ZodTypeProvider>()
    .get('/content/:id', { schema: { params: pictureParams } }, ({ params }, reply) => {
      const picture = api.picture(params.id);
      if (picture === null) return sendProblem(reply, problem(404, 'not_found', 'no such picture'));
      return reply.type(picture.type).header('cache-control', 'no-store').send(picture.bytes);
    });
}
