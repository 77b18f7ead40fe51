import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { formatTime } from '../../../device/time.ts';
import type { ApplianceApi } from '../api.ts';
import { requireSafeLine, sessionOf } from './gate.ts';
import { giveToken, sessionToken, takeToken } from './session-cookie.ts';

const signInSchema = z.strictObject({
  number: z.string().trim().min(1).max(32),
  pin: z.string().min(1).max(64),
});

/** Who is signed in, as the pages of the staff ask it before they ask for anything else. */
export interface SessionAnswer {
  /** False in trial mode: the staff page opens without. */
  needed: boolean;
  /** Whether the configuration gives anybody a PIN. */
  possible: boolean;
  person: { number: string; name: string; role: 'window' | 'paper_entry' | 'paper_review'; endsAt: string } | null;
}

function answer(request: FastifyRequest, api: ApplianceApi): SessionAnswer {
  const session = sessionOf(request, api);
  const person = session === null ? null : api.people.person(session.staffId);
  return {
    needed: !api.trial,
    possible: api.people.mayAnybodySignIn(),
    person:
      session === null || person === null
        ? null
        : { number: person.number, name: person.name, role: session.role, endsAt: formatTime(session.endsAt) },
  };
}

/** Signing in and out by number and PIN, for every page that is a person's. */
export function sessionRoutes(server: FastifyInstance, api: ApplianceApi): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.addHook('onRequest', async (request) => requireSafeLine(request, api));
  routes.get('/session', (request, reply) => {
    void reply.header('cache-control', 'no-store');
    return answer(request, api);
  });
  routes.post('/session', { schema: { body: signInSchema } }, async ({ body }, reply) => {
    const { token } = await api.people.signIn(body.number, body.pin);
    giveToken(reply.request, reply, token);
    return reply.status(204).send();
  });
  routes.delete('/session', (request, reply) => {
    const token = sessionToken(request);
    if (token !== null) api.people.signOut(token);
    takeToken(request, reply);
    return reply.status(204).send();
  });
}
