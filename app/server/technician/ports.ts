import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { bridgeOf } from '../../../device/peripherals/port/fingerprint.ts';
import { type ListedPort, listPorts } from '../../../device/peripherals/port/port-list.ts';
import type { ListeningRequest, ListeningView } from '../../../device/peripherals/trial/listening.ts';
import type { TrialReport } from '../../../device/peripherals/trial/port-bench.ts';

/** A serial port of the machine; `bridge` names a chip that many kinds of device use, which then says nothing of it. */
export type PortRow = ListedPort & { bridge: string | null };
export interface PortList {
  ports: PortRow[];
}

/** What a technician tries out at a port. Each of what begins something throws a CodedError that says why not. */
export interface PortTrials {
  trial(): TrialReport | null;
  /** @throws CodedError `citizen_is_rating`, `trial_already`, `port_in_use` */
  beginTrial(path: string): void;
  stopTrial(): void;
  /** @throws CodedError `does_not_fit` */
  useFit(profileId: string): void;
  /** @throws CodedError `citizen_is_rating`, `trial_already`, `port_in_use` */
  listen(request: ListeningRequest): void;
  listening(): ListeningView | null;
  /** Somebody looks at what goes over the ports: what is listened to stays open. */
  looked(): void;
  stopListening(): void;
}

export const portPath = z
  .string()
  .trim()
  .max(256)
  .regex(
    /^(\/dev\/\S+|COM\d{1,3}|(tcp|udp):\/\/\S+)$/,
    '/dev/…, COM1 …, tcp://host:port or udp://address:port?listen=port',
  );
export const portRequestSchema = z.strictObject({ path: portPath, baudRate: z.int().min(50).max(4_000_000) });
const nothing = { schema: { body: z.strictObject({}) } };

/** The ports of this machine, whether one is named by the configuration or not. */
export async function portList(): Promise<PortList> {
  const ports = await listPorts();
  return { ports: ports.map((port) => ({ ...port, bridge: bridgeOf(port) })) };
}

/** Which ports there are, which known box is at one, and what comes out of one, so that a technician need not guess. */
export function portRoutes(server: FastifyInstance, bench: PortTrials): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get('/technician/ports', portList);
  const answer = () => ({ trial: bench.trial() });
  routes.get('/technician/port-trial', answer);
  routes.post('/technician/port-trial', { schema: { body: z.strictObject({ path: portPath }) } }, ({ body }) => {
    bench.beginTrial(body.path);
    return answer();
  });
  routes.post('/technician/port-trial/stop', nothing, () => {
    bench.stopTrial();
    return answer();
  });
  const choice = { schema: { body: z.strictObject({ profileId: z.string().max(64) }) } };
  routes.post('/technician/port-trial/use', choice, ({ body }) => {
    bench.useFit(body.profileId);
    return answer();
  });
  routes.post('/technician/listening', { schema: { body: portRequestSchema } }, ({ body }) => {
    bench.listen(body);
    return { listening: bench.listening() };
  });
  routes.post('/technician/listening/stop', nothing, () => {
    bench.stopListening();
    return { listening: bench.listening() };
  });
}
