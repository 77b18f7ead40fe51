import type { Socket } from './link.ts';

/** As much of a browser's WebSocket as is needed to take over one that is open. */
export interface OpenedSocket extends Socket {
  readonly readyState: number;
  onmessage: unknown;
}

/** Where `index.html` leaves the socket that it opened, and what the appliance said on it until now. */
export interface FirstSocketHolder {
  firstSocket?: { socket: OpenedSocket; words: unknown[] } | undefined;
}

const CLOSING = 2;

/**
 * `socket` for whoever listens from now on: its first listener hears what was said before. Nobody keeps it any longer, least
 * of all the document's own script: what was said of one visit may not be in the page's memory in the next.
 */
function handOver(socket: OpenedSocket, words: unknown[]): Socket {
  socket.onmessage = null;
  return {
    addEventListener(type: 'message' | 'close', listener: (event: { data: unknown }) => void) {
      socket.addEventListener(type as 'message', listener);
      if (type === 'message') for (const data of words.splice(0)) listener({ data });
    },
    send: (text) => socket.send(text),
    close: () => socket.close(),
  };
}

/**
 * How the page connects: first over the socket of `index.html`, on which the appliance has answered while the page's script was
 * on its way; over a new one ever after, and where that one has ended already.
 */
export function takeFirstSocket(holder: FirstSocketHolder, open: () => Socket): () => Socket {
  return () => {
    const first = holder.firstSocket;
    holder.firstSocket = undefined;
    if (first === undefined || first.socket.readyState >= CLOSING) return open();
    return handOver(first.socket, first.words);
  };
}
