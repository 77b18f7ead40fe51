import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { phoneRatingSchema } from '../../protocol/messages.ts';
import type { CentreContext } from '../context.ts';
import { parseBody, parseWith } from '../parse.ts';
import { takePhoneRating } from '../phone.ts';

const MAX_BYTES = 65_536;
const fileOf = (name: string) => readFileSync(new URL(`../rating-page/${name}`, import.meta.url), 'utf8');

/** How the page misbehaves, for whoever tests what stands around it. */
const querySchema = z.object({ behave: z.enum(['stall', 'error', 'redirect', 'escape', 'mute']).optional() });

/** `ratingPage` of trial mode (reference-protocol §5): a page that takes the token of the QR and one of five grades. */
export function ratingPageRoutes(app: FastifyInstance, context: CentreContext): void {
  const [html, css, script] = [fileOf('index.html'), fileOf('page.css'), fileOf('page.js')];
  app.get('/rate', async (request, reply) => {
    const { behave } = parseWith(querySchema, request.query);
    if (behave === 'stall') return reply.hijack();
    if (behave === 'error') return reply.code(500).type('text/html').send('<h1>500</h1>');
    if (behave === 'redirect') return reply.redirect(`http://localhost:${request.port}/rate`);
    return reply.type('text/html').send(behave === 'mute' ? html.replace(/<script.*script>/, '') : html);
  });
  app.get('/rate/page.css', (_request, reply) => reply.type('text/css').send(css));
  app.get('/rate/page.js', (_request, reply) => reply.type('text/javascript').send(script));
  app.post('/rate', async (request) =>
    takePhoneRating(await parseBody(request, phoneRatingSchema, MAX_BYTES), context),
  );
}
