import { z } from 'zod';
import type { Clock, Timer } from '../../device/clock.ts';
import { CodedError } from '../../device/errors.ts';
import { describeError, RemoteError, SyncError } from '../errors.ts';
import type { MessagePortLike } from './message-port.ts';

/** One call of a contract: what goes, what comes back, and how long the caller waits. */
interface CallShape {
  request: z.ZodType;
  reply: z.ZodType;
  timeLimitMs: number;
}

/** Everything that travels in one direction. */
export interface Direction {
  calls: Record<string, CallShape>;
  notes: Record<string, z.ZodType>;
}

type CallName<D extends Direction> = keyof D['calls'] & string;
type NoteName<D extends Direction> = keyof D['notes'] & string;
type RequestOf<D extends Direction, K extends CallName<D>> = z.infer<D['calls'][K]['request']>;
type ReplyOf<D extends Direction, K extends CallName<D>> = z.infer<D['calls'][K]['reply']>;
type NoteOf<D extends Direction, K extends NoteName<D>> = z.infer<D['notes'][K]>;

/** The functions that answer what comes in. Whatever they throw crosses as {code, message, next, hint}. */
interface Handlers<D extends Direction> {
  calls: { [K in CallName<D>]: (request: RequestOf<D, K>) => Promise<ReplyOf<D, K>> };
  notes: { [K in NoteName<D>]: (note: NoteOf<D, K>) => void };
}

/** A message that was not understood, or an answer nobody waits for any more. Reported, never thrown. */
export interface PortFault {
  kind: 'unknown_message' | 'malformed_message' | 'unexpected_reply' | 'handler_failed';
  detail: string;
}

export interface Rpc<Out extends Direction> {
  /**
   * Asks the other side. Rejects with SyncError `port_closed`, `call_timed_out` or `reply_malformed`, or with the
   * RemoteError that the other side raised. After a rejection the other side may or may not have done it.
   */
  call<K extends CallName<Out>>(name: K, request: RequestOf<Out, K>): Promise<ReplyOf<Out, K>>;
  /** Tells the other side; lost when the port is closed. */
  note<K extends NoteName<Out>>(name: K, note: NoteOf<Out, K>): void;
  readonly closed: Promise<void>;
}

interface RpcOptions<Out extends Direction, In extends Direction> {
  port: MessagePortLike;
  outgoing: Out;
  incoming: In;
  handlers: Handlers<In>;
  clock: Clock;
  report: (fault: PortFault) => void;
}

const errorSchema = z.strictObject({
  code: z.string().min(1).max(64),
  message: z.string(),
  next: z.enum(['retry', 'refuse', 'stop']),
  hint: z.string(),
});

const messageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), id: z.int().min(1), name: z.string(), body: z.unknown() }),
  z.strictObject({ type: z.literal('reply'), id: z.int().min(1), body: z.unknown() }),
  z.strictObject({ type: z.literal('error'), id: z.int().min(1), error: errorSchema }),
  z.strictObject({ type: z.literal('note'), name: z.string(), body: z.unknown() }),
]);
type Message = z.infer<typeof messageSchema>;
type CallMessage = Extract<Message, { type: 'call' }>;

interface Waiting {
  name: string;
  timer: Timer;
  resolve(body: unknown): void;
  reject(error: Error): void;
}

/** The plain form in which an error crosses the port; only plain data survives a process boundary. */
function plainError(error: unknown): z.infer<typeof errorSchema> {
  if (error instanceof CodedError) return error.toPlain();
  return {
    code: 'call_failed',
    message: describeError(error),
    next: 'retry',
    hint: 'See the log of the other process.',
  };
}

/** Request and reply by number over any port. Both directions are checked against the contract at the receiver. */
export function createRpc<Out extends Direction, In extends Direction>(options: RpcOptions<Out, In>): Rpc<Out> {
  const { port, outgoing, incoming, clock, report } = options;
  const handlers = options.handlers as { calls: Record<string, (r: unknown) => Promise<unknown>> } & {
    notes: Record<string, (n: unknown) => void>;
  };
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let isClosed = false;
  const closed = new Promise<void>((resolve) => port.onClose(resolve));
  void closed.then(() => {
    isClosed = true;
    for (const id of waiting.keys()) finish(id)?.reject(portClosed());
  });

  function finish(id: number): Waiting | undefined {
    const entry = waiting.get(id);
    waiting.delete(id);
    entry?.timer.cancel();
    return entry;
  }

  async function answer(message: CallMessage): Promise<void> {
    try {
      const shape = own(incoming.calls, message.name);
      const handler = own(handlers.calls, message.name);
      if (!shape || !handler) throw unknownCall(message.name);
      const request = shape.request.safeParse(message.body);
      if (!request.success) throw malformedRequest(message.name, request.error);
      port.post({ type: 'reply', id: message.id, body: await handler(request.data) });
    } catch (error) {
      report({ kind: 'handler_failed', detail: `${message.name}: ${describeError(error)}` });
      port.post({ type: 'error', id: message.id, error: plainError(error) });
    }
  }

  function hear(name: string, body: unknown): void {
    const shape = own(incoming.notes, name);
    const handler = own(handlers.notes, name);
    const note = shape?.safeParse(body);
    if (!handler || !note) report({ kind: 'unknown_message', detail: `notification ${name}` });
    else if (!note.success) report({ kind: 'malformed_message', detail: `${name}: ${z.prettifyError(note.error)}` });
    else run(name, () => handler(note.data));
  }

  function run(name: string, handler: () => void): void {
    try {
      handler();
    } catch (error) {
      report({ kind: 'handler_failed', detail: `${name}: ${describeError(error)}` });
    }
  }

  function settleCall(message: Extract<Message, { type: 'reply' | 'error' }>): void {
    const entry = finish(message.id);
    if (!entry) report({ kind: 'unexpected_reply', detail: `reply ${message.id} came after its time limit` });
    else if (message.type === 'reply') entry.resolve(message.body);
    else entry.reject(remoteError(message.error));
  }

  port.onMessage((raw) => {
    const message = messageSchema.safeParse(raw);
    if (!message.success) report({ kind: 'malformed_message', detail: z.prettifyError(message.error) });
    else if (message.data.type === 'call') void answer(message.data);
    else if (message.data.type === 'note') hear(message.data.name, message.data.body);
    else settleCall(message.data);
  });

  async function call(name: string, request: unknown): Promise<unknown> {
    if (isClosed) throw portClosed();
    const shape = outgoing.calls[name]!;
    const id = nextId++;
    const body = await new Promise<unknown>((resolve, reject) => {
      const timer = clock.setTimer(shape.timeLimitMs, () => finish(id)?.reject(timedOut(name, shape.timeLimitMs)));
      waiting.set(id, { name, timer, resolve, reject });
      port.post({ type: 'call', id, name, body: request });
    });
    const reply = shape.reply.safeParse(body);
    if (!reply.success) throw malformedReply(name, reply.error);
    return reply.data;
  }

  return {
    call: call as Rpc<Out>['call'],
    note: (name, body) => port.post({ type: 'note', name, body }),
    closed,
  };
}

function remoteError(plain: z.infer<typeof errorSchema>): RemoteError {
  return new RemoteError(plain.code, plain.message, { next: plain.next, hint: plain.hint });
}

function own<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function portClosed(): SyncError {
  const hint = 'The other process is gone; its supervisor starts it again.';
  return new SyncError('port_closed', 'the port to the other process is closed', { next: 'retry', hint });
}

function timedOut(name: string, limitMs: number): SyncError {
  const hint = 'The other process is alive but slow or stuck; see its log.';
  return new SyncError('call_timed_out', `${name} was not answered within ${limitMs} ms`, { next: 'retry', hint });
}

function unknownCall(name: string): SyncError {
  const hint = 'Both processes must be of the same version; restart the device.';
  return new SyncError('call_unknown', `no call is named ${name}`, { next: 'stop', hint });
}

function malformedRequest(name: string, error: z.ZodError): SyncError {
  const hint = 'Both processes must be of the same version; restart the device.';
  return new SyncError('request_malformed', `${name}: ${z.prettifyError(error)}`, { next: 'refuse', hint });
}

function malformedReply(name: string, error: z.ZodError): SyncError {
  const hint = 'Both processes must be of the same version; restart the device.';
  return new SyncError('reply_malformed', `${name}: ${z.prettifyError(error)}`, { next: 'retry', hint });
}
