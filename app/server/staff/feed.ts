import type { FastifyReply } from 'fastify';

const KEEP_ALIVE_MS = 25_000;

/**
 * A stream of server-sent events on a reply: the first text at once, later ones whenever they differ from the last.
 * @param current the `event:` name and data now; called after each change
 * @param subscribe registers the callback and returns the way to unsubscribe
 */
export function streamChanges(
  reply: FastifyReply,
  current: () => string,
  subscribe: (listener: () => void) => () => void,
): void {
  reply.hijack();
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  let last = '';
  const send = () => {
    const text = current();
    if (text === last) return;
    last = text;
    reply.raw.write(text);
  };
  send();
  const unsubscribe = subscribe(send);
  const keepAlive = setInterval(() => reply.raw.write(': still here\n\n'), KEEP_ALIVE_MS);
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
