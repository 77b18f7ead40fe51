import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { PrintedForm } from '../../../device/attached/paper-forms.ts';
import type { CardTest } from '../../../device/attached/technician-tests.ts';
import type { TrafficLine } from '../../../device/peripherals/port-tap.ts';
import type { DocumentOutcome } from '../../../device/peripherals/printer/printer-family.ts';
import type { ListeningView } from '../../../device/peripherals/trial/listening.ts';
import type { PeripheralReport } from './peripheral-report.ts';
import type { PortTrials } from './ports.ts';

/** `GET /technician/traffic`. */
export interface Traffic {
  lines: TrafficLine[];
  /** A port that is open only to be looked at; null where none was. */
  listening: ListeningView | null;
}

/** What a technician tries out at a device; none of it shows or keeps anything of a person. */
export interface PeripheralTests {
  card(): Promise<CardTest>;
  print(): Promise<DocumentOutcome>;
  /** What went over the ports, newest first; bytes that could be a person's are hidden. */
  traffic(): TrafficLine[];
  /** What the page found when it played a sound. */
  sound(said: 'said' | 'silent' | 'failed'): void;
  /** All that was tried, and what is plugged in, for whoever is not there. */
  report(): Promise<PeripheralReport>;
  /** One blank paper form, with its number. */
  paperForm(): Promise<PrintedForm>;
  /** The enrolment code that was scanned last, once; null where none was. */
  scannedCode(): { code: string | null };
}

const nothing = { schema: { body: z.strictObject({}) } };

export function peripheralTestRoutes(server: FastifyInstance, tests: PeripheralTests, bench: PortTrials): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get('/technician/traffic', (): Traffic => {
    bench.looked();
    return { lines: tests.traffic(), listening: bench.listening() };
  });
  routes.get('/technician/peripheral-report', async (_request, reply) => {
    void reply.header('content-disposition', 'attachment; filename="pingjiaqi-peripherals.json"');
    void reply.type('application/json');
    return `${JSON.stringify(await tests.report(), null, 2)}\n`;
  });
  routes.post('/technician/tests/card', nothing, () => tests.card());
  routes.post('/technician/tests/print', nothing, () => tests.print());
  const sound = { schema: { body: z.strictObject({ said: z.enum(['said', 'silent', 'failed']) }) } };
  routes.post('/technician/tests/sound', sound, ({ body }) => {
    tests.sound(body.said);
    return {};
  });
  routes.post('/technician/paper-form', nothing, () => tests.paperForm());
  // Handed out once, so asking is not safe to repeat.
  routes.post('/technician/scanned-code', nothing, () => tests.scannedCode());
}
