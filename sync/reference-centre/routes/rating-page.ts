import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { phoneRatingSchema } from '../../protocol/messages.ts';
import type { CentreContext } from '../context.ts';
import { parseBody, parseWith } from '../parse.ts';
import { takePhoneRating } from '../phone.ts';
import { RATING_PAGE_CSS, RATING_PAGE_HTML, RATING_PAGE_SCRIPT } from '../rating-page.ts';

const MAX_BYTES = 65_536;

/** How the page misbehaves, for whoever tests what stands around it. */
const querySchema = z.object({ behave: z.enum(['stall', 'error', 'redirect', 'escape', 'mute']).optional() });

/** `ratingPage` of trial mode (reference-protocol §5): a page that takes the token of the QR and one of five grades. */
export function ratingPageRoutes(app: FastifyInstance, context: CentreContext): void {
  app.get('/rate', async (request, reply) => {
    const { behave } = parseWith(querySchema, request.query);
    if (behave === 'stall') return reply.hijack();
    if (behave === 'error') return reply.code(500).type('text/html').send('<h1>500</h1>');
    if (behave === 'redirect') return reply.redirect(`http://localhost:${request.port}/rate`);
    return reply
      .type('text/html')
      .send(behave === 'mute' ? RATING_PAGE_HTML.replace(/<script.*script>/, '') : RATING_PAGE_HTML);
  });
  app.get('/rate/page.css', (_request, reply) => reply.type('text/css').send(RATING_PAGE_CSS));
  app.get('/rate/page.js', (_request, reply) => reply.type('text/javascript').send(RATING_PAGE_SCRIPT));
  app.post('/rate', async (request) =>
    takePhoneRating(await parseBody(request, phoneRatingSchema, MAX_BYTES), context),
  );
}
