import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { TESTS, type TestName } from '../../../device/test-log.ts';

/** What costs more than a look, or what a person alone can judge. The lines of the status say what came of it. */
export interface SelfTestApi {
  /** Walks to the centre now; resolves at its end, whatever it was. */
  centre(): Promise<void>;
  /** Checks the file and every link of the chain; resolves at the end. @throws LedgerError */
  ledger(): Promise<void>;
  /** What a technician saw. @throws LedgerError where it could not be kept */
  note(name: TestName, passed: boolean): void;
}

const nothing = { schema: { body: z.strictObject({}) } };
const resultSchema = z.strictObject({ test: z.enum(TESTS), passed: z.boolean() });

export function selfTestRoutes(server: FastifyInstance, api: SelfTestApi): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.post('/technician/centre-check', nothing, async () => {
    await api.centre();
    return { ok: true };
  });
  routes.post('/technician/ledger-check', nothing, async () => {
    await api.ledger();
    return { ok: true };
  });
  routes.post('/technician/tests/result', { schema: { body: resultSchema } }, ({ body }) => {
    api.note(body.test, body.passed);
    return { ok: true };
  });
}
