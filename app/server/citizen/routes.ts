import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { CodedError } from '../../../device/errors.ts';
import type { ApplianceApi } from '../api.ts';
import type { LocalGate } from '../local/local-gate.ts';
import { pageMessageSchema, type ServerMessage } from './protocol.ts';

/** A page sends a few hundred bytes; a comment of 500 characters is the longest. */
const MAX_FRAME_BYTES = 16 * 1024;
/** A page this far behind hangs; it comes back for the whole view. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * The socket of the citizen's page. A command that cannot be read is answered by closing the socket: the page then
 * comes back and gets the whole view, and nothing was kept.
 */
export async function citizenRoutes(server: FastifyInstance, api: ApplianceApi, gate: LocalGate): Promise<void> {
  await server.register(websocket, { options: { maxPayload: MAX_FRAME_BYTES } });
  server.get('/citizen/socket', { websocket: true }, (socket, request) => {
    if (!sameOrigin(request.headers.origin, request.headers.host)) return socket.close(1008, 'origin');
    if (!gate.mayUse(request)) return socket.close(1008, 'token');
    serve(socket, api);
  });
}

/** A page of another site in the same browser may open sockets too; browsers name it in Origin. */
function sameOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin === undefined || origin === `http://${host}`;
}

function serve(socket: WebSocket, api: ApplianceApi): void {
  const send = (message: ServerMessage) => {
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
    else socket.send(JSON.stringify(message));
  };
  const show = () => send({ type: 'view', view: api.citizenView() });
  const unsubscribe = api.subscribe(show);
  // Dark time in opening hours is counted: a page that is gone shows nothing.
  const dark = api.screenLit();
  socket.on('close', dark);
  socket.on('close', unsubscribe);
  socket.on('error', unsubscribe);
  socket.on('message', (data: Buffer) => {
    const message = pageMessageSchema.safeParse(parseJson(data));
    if (!message.success) return socket.close(1007, 'message');
    const { n, command } = message.data;
    try {
      const kept = api.citizen(command);
      send({ type: 'ack', n, kept, code: kept ? null : 'not_now' });
    } catch (error) {
      send({ type: 'ack', n, kept: false, code: error instanceof CodedError ? error.code : 'internal' });
      if (!(error instanceof CodedError)) throw error;
    }
  });
  show();
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined; // the schema refuses it
  }
}
