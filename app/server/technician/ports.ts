import type { FastifyInstance } from 'fastify';
import { bridgeOf } from '../../../device/peripherals/port/fingerprint.ts';
import { type ListedPort, listPorts } from '../../../device/peripherals/port/port-list.ts';

/** A serial port of the machine; `bridge` names a chip that many kinds of device use, which then says nothing of it. */
export type PortRow = ListedPort & { bridge: string | null };
export interface PortList {
  ports: PortRow[];
}

/** Which ports there are, so that a technician need not guess what to configure. */
export function portRoutes(server: FastifyInstance): void {
  server.get('/technician/ports', async (): Promise<PortList> => {
    const ports = await listPorts();
    return { ports: ports.map((port) => ({ ...port, bridge: bridgeOf(port) })) };
  });
}
