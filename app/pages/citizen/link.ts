import type { Clock, Timer } from '../../../device/clock.ts';
import type { CitizenCommand, CitizenView } from '../../../device/visit/views.ts';
import type { PageMessage, ServerMessage } from '../../server/citizen/protocol.ts';
import { createReconnector } from '../shared/reconnect.ts';

/** As much of a browser's WebSocket as the link needs, so that tests can hand in their own. */
export interface Socket {
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  send(text: string): void;
  close(): void;
}

export interface Ack {
  kept: boolean;
  code: string | null;
}

export interface LinkEvents {
  onView(view: CitizenView): void;
  onLost(): void;
}

export interface CitizenLink {
  /** Sends a command; resolves with the server's answer, `kept: false` when none can come. Never rejects. */
  send(command: CitizenCommand): Promise<Ack>;
  close(): void;
}

/** An appliance on the same machine that is silent for this long is as good as gone. */
const SILENCE_LIMIT_MS = 5000;
const NO_ANSWER: Ack = { kept: false, code: 'connection_lost' };

/** A frame of the server, or null for anything else: a page of another version must not break this one. */
export function parseServerMessage(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data) as Partial<ServerMessage> | null;
    if (message?.type === 'view' && typeof message.view?.screen === 'string') return message as ServerMessage;
    if (message?.type === 'ack' && Number.isInteger(message.n) && typeof message.kept === 'boolean') {
      return message as ServerMessage;
    }
  } catch {
    return null;
  }
  return null;
}

/**
 * The page's end of `/citizen/socket`. It reconnects for ever; the server sends the whole view on every connection,
 * so nothing has to be remembered here. Commands still unanswered when the connection breaks count as not kept:
 * the view after the reconnection tells what really stands.
 */
export function connectCitizen(open: () => Socket, clock: Clock, events: LinkEvents): CitizenLink {
  const unanswered = new Map<number, { resolve: (ack: Ack) => void; limit: Timer }>();
  let current: Socket | null = null;
  /** Of `current`, until it says its first word: a page that shows its first view may be touched before. */
  let early: PageMessage[] | null = null;
  let lastNumber = 0;
  const reconnector = createReconnector(clock, connect);

  function connect(): void {
    const socket = open();
    current = socket;
    early = [];
    const limit = clock.setTimer(SILENCE_LIMIT_MS, () => drop(socket));
    socket.addEventListener('message', ({ data }) => {
      const message = parseServerMessage(data);
      if (message === null || current !== socket) return;
      limit.cancel();
      reconnector.succeeded();
      for (const waiting of early ?? []) socket.send(JSON.stringify(waiting));
      early = null;
      if (message.type === 'view') events.onView(message.view);
      else settle(message.n, { kept: message.kept, code: message.code });
    });
    socket.addEventListener('close', () => {
      limit.cancel();
      drop(socket);
    });
  }

  function drop(socket: Socket): void {
    if (current !== socket) return;
    current = null;
    socket.close();
    for (const n of unanswered.keys()) settle(n, NO_ANSWER);
    events.onLost();
    reconnector.failed();
  }

  function settle(n: number, ack: Ack): void {
    const waiting = unanswered.get(n);
    unanswered.delete(n);
    waiting?.limit.cancel();
    waiting?.resolve(ack);
  }

  connect();
  return {
    send(command) {
      const socket = current;
      if (socket === null) return Promise.resolve(NO_ANSWER);
      const message: PageMessage = { n: ++lastNumber, command };
      return new Promise((resolve) => {
        const limit = clock.setTimer(SILENCE_LIMIT_MS, () => drop(socket));
        unanswered.set(message.n, { resolve, limit });
        if (early === null) socket.send(JSON.stringify(message));
        else early.push(message);
      });
    },
    close() {
      reconnector.stop();
      const socket = current;
      current = null;
      socket?.close();
    },
  };
}
