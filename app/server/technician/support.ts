import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { supportFileName } from '../../processes/support-bundle.ts';
import type { ApplianceApi } from '../api.ts';

const stickSchema = z.strictObject({ to: z.string().min(1).max(4096) });

/** What leaves as a file on a stick or by download: what goes to whoever can help, and the 验收报告. */
export function supportRoutes(
  server: FastifyInstance,
  api: Pick<ApplianceApi, 'supportBundle' | 'supportBundleTo' | 'acceptanceReport' | 'acceptanceReportTo'>,
): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get('/technician/support-bundle', async (_request, reply) => {
    const made = await api.supportBundle();
    void reply.header('content-disposition', `attachment; filename="${supportFileName(made)}"`);
    return made;
  });
  routes.post('/technician/support-bundle', { schema: { body: stickSchema } }, async ({ body }) => ({
    path: await api.supportBundleTo(body.to),
  }));
  routes.get('/technician/acceptance-report', async () => ({ report: await api.acceptanceReport() }));
  routes.post('/technician/acceptance-report', { schema: { body: stickSchema } }, async ({ body }) => ({
    path: await api.acceptanceReportTo(body.to),
  }));
}
