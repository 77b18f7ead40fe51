import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A stretch of bad network between two processes: passes bytes of TCP and does to them what lines do.
 * - `cut`: the connection is reset once so many bytes of the answer have passed
 * - `truncate`: the answer ends orderly after so many bytes
 * - `delay`: every piece arrives so many ms later, in order
 * - `swallow`: connections are taken and nothing ever comes back
 * - `refuse`: nobody listens
 */
export type LineFault =
  | { kind: 'none' }
  | { kind: 'cut' | 'truncate'; afterBytes: number }
  | { kind: 'delay'; ms: number }
  | { kind: 'swallow' }
  | { kind: 'refuse' };

export interface FaultProxy {
  url: string;
  /** Connections taken so far. */
  readonly taken: number;
  /** For connections from now on; those that stand are reset, as when somebody pulls a plug. */
  set(fault: LineFault): void;
  close(): Promise<void>;
}

/** @param targetPort of the server behind it, asked for each connection; on this machine */
export async function startFaultProxy(targetPort: () => number): Promise<FaultProxy> {
  let fault: LineFault = { kind: 'none' };
  let taken = 0;
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A reset is what this proxy is for; the other half learns of it by its own close.
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((near) => {
    taken++;
    keep(near);
    if (fault.kind === 'refuse') near.resetAndDestroy();
    else if (fault.kind === 'swallow') near.resume();
    else {
      const far = connect(targetPort(), '127.0.0.1');
      keep(far);
      join(near, far, fault);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get taken() {
      return taken;
    },
    set(next) {
      fault = next;
      for (const socket of open) socket.resetAndDestroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function join(near: Socket, far: Socket, fault: LineFault): void {
  near.on('close', () => far.destroy());
  far.on('close', () => near.end());
  near.on('data', (piece) => pass(far, piece, fault));
  let passed = 0;
  far.on('data', (piece) => {
    const limit = fault.kind === 'cut' || fault.kind === 'truncate' ? fault.afterBytes : Number.POSITIVE_INFINITY;
    const part = piece.subarray(0, Math.max(0, limit - passed));
    passed += part.length;
    pass(near, part, fault);
    if (passed < limit) return;
    if (fault.kind === 'cut') near.resetAndDestroy();
    else near.end();
    far.destroy();
  });
}

function pass(to: Socket, piece: Buffer, fault: LineFault): void {
  if (fault.kind !== 'delay') {
    to.write(piece);
    return;
  }
  // Timers of equal length run in the order in which they were set, so the bytes stay in order.
  setTimeout(() => {
    if (to.writable) to.write(piece);
  }, fault.ms);
}
