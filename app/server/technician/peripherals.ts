import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { PrintedForm } from '../../../device/attached/paper-forms.ts';
import type { CardTest } from '../../../device/attached/technician-tests.ts';
import type { TrafficLine } from '../../../device/peripherals/port-tap.ts';
import type { DocumentOutcome } from '../../../device/peripherals/printer/printer-family.ts';

/** What a technician tries out at a device; none of it shows or keeps anything of a person. */
export interface PeripheralTests {
  card(): Promise<CardTest>;
  print(): Promise<DocumentOutcome>;
  /** What went over the ports, newest first; bytes that could be a person's are hidden. */
  traffic(): TrafficLine[];
  /** One blank paper form, with its number. */
  paperForm(): Promise<PrintedForm>;
  /** The enrolment code that was scanned last, once; null where none was. */
  scannedCode(): { code: string | null };
}

const nothing = { schema: { body: z.strictObject({}) } };

export function peripheralTestRoutes(server: FastifyInstance, tests: PeripheralTests): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get('/technician/traffic', () => ({ lines: tests.traffic() }));
  routes.post('/technician/tests/card', nothing, () => tests.card());
  routes.post('/technician/tests/print', nothing, () => tests.print());
  routes.post('/technician/paper-form', nothing, () => tests.paperForm());
  // Handed out once, so asking is not safe to repeat.
  routes.post('/technician/scanned-code', nothing, () => tests.scannedCode());
}
