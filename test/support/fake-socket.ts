import type { PageMessage, ServerMessage } from '../../app/server/citizen/protocol.ts';
import type { CitizenView } from '../../device/visit/views.ts';

type Listener = (event: { data: unknown }) => void;

/** A page's socket whose other end is the test. */
export class FakeSocket {
  readonly sent: PageMessage[] = [];
  closed = false;
  #message: Listener[] = [];
  #close: (() => void)[] = [];

  addEventListener(type: 'message' | 'close', listener: Listener & (() => void)): void {
    if (type === 'message') this.#message.push(listener);
    else this.#close.push(listener);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  /** The commands that came, without their numbers. */
  get commands(): PageMessage['command'][] {
    return this.sent.map(({ command }) => command);
  }

  receiveText(data: unknown): void {
    for (const listener of this.#message) listener({ data });
  }

  receive(message: ServerMessage): void {
    this.receiveText(JSON.stringify(message));
  }

  show(view: CitizenView): void {
    this.receive({ type: 'view', view });
  }

  /** Answers the newest command. */
  ack(kept: boolean): void {
    this.receive({ type: 'ack', n: this.sent.length, kept, code: kept ? null : 'storage' });
  }

  break(): void {
    for (const listener of this.#close) listener();
  }
}

/** Hands out a new socket for each connection and keeps them all, newest last. */
export function fakeSockets(): { open: () => FakeSocket; all: FakeSocket[]; newest: () => FakeSocket } {
  const all: FakeSocket[] = [];
  const open = () => {
    const socket = new FakeSocket();
    all.push(socket);
    return socket;
  };
  const newest = () => {
    const socket = all.at(-1);
    if (socket === undefined) throw new Error('no connection was opened');
    return socket;
  };
  return { open, all, newest };
}
