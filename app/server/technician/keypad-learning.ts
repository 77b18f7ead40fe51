import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { LearningReport, LearningRequest } from '../../../device/peripherals/keypad/learning/keypad-school.ts';
import { portRequestSchema } from './ports.ts';

/** Learning mode of button boxes, as a technician works it. */
export interface KeypadLearning {
  /** The lesson under way or the newest one; null where there was none since the start. */
  report(): LearningReport | null;
  /** @throws CodedError `learning_already`, `citizen_is_rating` */
  begin(request: LearningRequest): void;
  absent(): void;
  stop(): void;
}

const nothing = { schema: { body: z.strictObject({}) } };

export function keypadLearningRoutes(server: FastifyInstance, learning: KeypadLearning): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const answer = () => ({ lesson: learning.report() });
  routes.get('/technician/keypad-lesson', answer);
  routes.post('/technician/keypad-lesson', { schema: { body: portRequestSchema } }, ({ body }) => {
    learning.begin(body);
    return answer();
  });
  routes.post('/technician/keypad-lesson/absent', nothing, () => {
    learning.absent();
    return answer();
  });
  routes.post('/technician/keypad-lesson/stop', nothing, () => {
    learning.stop();
    return answer();
  });
}
