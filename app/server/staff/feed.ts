import type { FastifyReply } from 'fastify';

const KEEP_ALIVE_MS = 25_000;
/** A reader this far behind does not read: what it would get is of the past, and it comes back for the present. */
const MAX_UNREAD_BYTES = 256 * 1024;

/**
 * A stream of server-sent events on a reply: the first text at once, later ones whenever they differ from the last.
 * @param current the `event:` name and data now; called after each change
 * @param subscribe registers the callback and returns the way to unsubscribe
 * @param isOver asked before each text: whether the stream ends here, as a session does
 */
export function streamChanges(
  reply: FastifyReply,
  current: () => string,
  subscribe: (listener: () => void) => () => void,
  isOver: () => boolean = () => false,
): void {
  reply.hijack();
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  // Fastify offers HEAD beside every GET. Nothing that is written would end it, and it would listen for ever.
  if (reply.request.method === 'HEAD') {
    reply.raw.end();
    return;
  }
  let last = '';
  const write = (text: string) => {
    if (reply.raw.writableLength > MAX_UNREAD_BYTES) reply.raw.destroy();
    else reply.raw.write(text);
  };
  const send = () => {
    if (isOver()) {
      reply.raw.end();
      return;
    }
    const text = current();
    if (text === last) return;
    last = text;
    write(text);
  };
  send();
  const unsubscribe = subscribe(send);
  const keepAlive = setInterval(() => write(': still here\n\n'), KEEP_ALIVE_MS);
  keepAlive.unref();
  reply.raw.on('close', () => {
    clearInterval(keepAlive);
    unsubscribe();
  });
}

/** One server-sent event of JSON data. */
export function eventText(event: string | null, data: unknown): string {
  return `${event === null ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}
