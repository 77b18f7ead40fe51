import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { paperEntrySchema } from '../../../device/paper/entry.ts';
import type { PaperForms } from '../../../device/paper/paper-desk.ts';
import type { ApplianceApi } from '../api.ts';
import { requireRole, requireSafeLine } from './gate.ts';

/** What the page of the paper's people shows; the fields of an entry go in only. */
export interface PaperAnswer {
  form: string;
  outcome: 'kept' | 'agreed' | 'differs';
}
export interface PaperFormsAnswer {
  /** Numbers of forms that this person's role enters now. */
  forms: string[];
}

/**
 * Two entries of each paper form by two roles (内蒙古 第十条). The one pair of routes on this side that takes a grade: in
 * by whoever reads it off the paper, out to nobody. The window's own people have neither role, in trial mode too.
 */
export function paperRoutes(server: FastifyInstance, api: ApplianceApi): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.addHook('onRequest', async (request) => {
    requireSafeLine(request, api);
    requireRole(request, api, ['paper_entry', 'paper_review']);
  });
  routes.get('/paper/forms', (request, reply): PaperFormsAnswer => {
    const { role } = requireRole(request, api, ['paper_entry', 'paper_review']);
    const { again, waiting }: PaperForms = api.paper.forms();
    void reply.header('cache-control', 'no-store');
    return { forms: role === 'paper_entry' ? again : waiting };
  });
  // The role before the schema: a refusal by field is for those who may ask.
  const only = (role: 'paper_entry' | 'paper_review') => ({
    onRequest: async (request: Parameters<typeof requireRole>[0]) => void requireRole(request, api, [role]),
    schema: { body: paperEntrySchema },
  });
  routes.post('/paper/entries', only('paper_entry'), (request): PaperAnswer => {
    const { staffId } = requireRole(request, api, ['paper_entry']);
    return { form: api.paper.first(request.body, staffId), outcome: 'kept' };
  });
  routes.post('/paper/reviews', only('paper_review'), (request): PaperAnswer => {
    const { staffId } = requireRole(request, api, ['paper_review']);
    return api.paper.second(request.body, staffId);
  });
}
