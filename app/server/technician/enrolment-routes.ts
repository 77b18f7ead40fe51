import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type EnrolmentOrder, enrolmentOrderSchema } from '../../../device/identity/enrolment-order.ts';
import { type NetworkSettings, networkSettingsSchema } from '../../../device/identity/network-settings.ts';
import type { MaintenanceDoor } from '../../../device/maintenance-door.ts';
import { problem, sendProblem } from '../problem.ts';
import { technicianCookie } from './gate.ts';
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

/** The door that closes behind an enrolment. */
type Door = Pick<MaintenanceDoor, 'isBare' | 'admit'>;

/**
 * Runs an enrolment and, where it was the device's first, leaves the page open to whoever asked for it: the door closes
 * in the moment of enrolment, and a technician would otherwise need a code before the first test.
 */
async function enrolling<T extends EnrolmentAnswer | null>(
  door: Door,
  [request, reply]: [FastifyRequest, FastifyReply],
  answering: () => Promise<T>,
): Promise<T> {
  const wasBare = door.isBare();
  const answer = await answering();
  if (wasBare && answer?.outcome === 'enrolled') technicianCookie.give(request, reply, door.admit().token);
  return answer;
}

/** Bringing the device to its centre: typed, scanned, from a stick, or going on after a power cut. */
export function enrolmentRoutes(server: FastifyInstance, api: EnrolmentApi, door: Door): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const post = <Schema extends z.ZodType>(
    path: string,
    body: Schema,
    run: (body: z.infer<Schema>) => Promise<EnrolmentAnswer>,
  ) =>
    routes.post(path, { schema: { body } }, (request, reply) =>
      enrolling(door, [request, reply], () => run(request.body as z.infer<Schema>)),
    );
  routes.get('/technician/identity', () => api.identity());
  routes.get('/technician/enrolment', () => ({ pending: api.pending(), sticks: api.sticks() }));
  post('/technician/enrolment', enrolmentOrderSchema, (order) => api.enrol(order));
  post('/technician/enrolment/scan', scanSchema, ({ text }) => api.enrolText(text, 'scanned code'));
  post('/technician/enrolment/stick', stickSchema, ({ path }) => api.fromStick(path));
  routes.post('/technician/enrolment/resume', { schema: { body: z.strictObject({}) } }, async (request, reply) => {
    const answer = await enrolling(door, [request, reply], () => api.resume());
    return answer ?? sendProblem(reply, problem(409, 'nothing_pending', 'no enrolment was begun'));
  });
  routes.get('/technician/network', () => api.network());
  routes.post('/technician/network', { schema: { body: networkSettingsSchema } }, ({ body }) => {
    api.setNetwork(body);
    return api.network();
  });
}
