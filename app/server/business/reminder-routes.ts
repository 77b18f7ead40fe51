import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { formatTime } from '../../../device/time.ts';
import type { ApplianceApi } from '../api.ts';
import { requireScope } from './auth.ts';
import { reminderQuery, remindersAnswerSchema, visitIdParams } from './schemas.ts';

/**
 * Whom the hall may remind (林草 第六条). The one place that tells rated from not rated, because the law asks for it: a
 * key needs the scope for it, and nothing of it reaches the staff page.
 */
export async function reminderRoutes(server: FastifyInstance, api: ApplianceApi): Promise<void> {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.addHook('onRequest', async (request) => requireScope(request, api, 'reminders'));
  routes.get(
    '/reminders',
    {
      schema: {
        summary: 'Cases that were not rated and whose citizens may be reminded now',
        querystring: reminderQuery,
        response: { 200: remindersAnswerSchema },
      },
    },
    ({ query }) => {
      const { reminders, more } = api.reminders.list(query.after ?? null, query.limit);
      const shown = reminders.map(({ dueAt, endsAt, ...one }) => ({
        ...one,
        dueAt: formatTime(dueAt),
        endsAt: formatTime(endsAt),
      }));
      return { reminders: shown, more };
    },
  );
  routes.post(
    '/reminders/:id/done',
    { schema: { summary: 'This citizen was reminded; once is enough', params: visitIdParams } },
    ({ params }, reply) => {
      api.reminders.done(params.id);
      return reply.status(204).send();
    },
  );
}
