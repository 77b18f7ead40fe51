import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type EnrolmentOrder, enrolmentOrderSchema } from '../../../device/identity/enrolment-order.ts';
import { type NetworkSettings, networkSettingsSchema } from '../../../device/identity/network-settings.ts';
import { problem, sendProblem } from '../problem.ts';
import type { DeviceIdentity, EnrolmentAnswer } from './status.ts';

/** What the enrolment routes need of a device. */
export interface EnrolmentApi {
  enrol(order: EnrolmentOrder): Promise<EnrolmentAnswer>;
  /** @throws CodedError `order_unusable` */
  enrolText(text: string, from: string): Promise<EnrolmentAnswer>;
  /** Address of the centre whose approval is awaited. */
  pending(): string | null;
  /** Whether a new key of an enrolled device waits for its centre. */
  isRenewing(): boolean;
  /** Asks again for what was begun before; null where nothing was. */
  resume(): Promise<EnrolmentAnswer | null>;
  /** Paths of the orders on the sticks that are plugged in. */
  sticks(): string[];
  /** @throws CodedError `stick_gone`, `order_unusable` */
  fromStick(path: string): Promise<EnrolmentAnswer>;
  identity(): DeviceIdentity;
  /** Without what a proxy asks for. */
  network(): NetworkSettings;
  setNetwork(settings: NetworkSettings): void;
}

/** A code of the largest kind holds 4,296 characters (ISO/IEC 18004). */
const scanSchema = z.strictObject({ text: z.string().min(1).max(4296) });
const stickSchema = z.strictObject({ path: z.string().min(1).max(1024) });

/** Bringing the device to its centre: typed, scanned, from a stick, or going on after a power cut. */
export function enrolmentRoutes(server: FastifyInstance, api: EnrolmentApi): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get('/technician/identity', () => api.identity());
  routes.get('/technician/enrolment', () => ({ pending: api.pending(), sticks: api.sticks() }));
  routes.post('/technician/enrolment', { schema: { body: enrolmentOrderSchema } }, ({ body }) => api.enrol(body));
  routes.post('/technician/enrolment/scan', { schema: { body: scanSchema } }, ({ body }) =>
    api.enrolText(body.text, 'scanned code'),
  );
  routes.post('/technician/enrolment/stick', { schema: { body: stickSchema } }, ({ body }) => api.fromStick(body.path));
  routes.post('/technician/enrolment/resume', { schema: { body: z.strictObject({}) } }, async (_request, reply) => {
    const answer = await api.resume();
    return answer ?? sendProblem(reply, problem(409, 'nothing_pending', 'no enrolment was begun'));
  });
  routes.get('/technician/network', () => api.network());
  routes.post('/technician/network', { schema: { body: networkSettingsSchema } }, ({ body }) => {
    api.setNetwork(body);
    return api.network();
  });
}
