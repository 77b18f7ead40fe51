import type { ServerMessage } from '../../app/server/citizen/protocol.ts';
import type { CitizenCommand, CitizenView } from '../../device/visit/views.ts';

/** What became of a command; `lost`: the connection broke before an answer, and anything may have happened. */
export type Answer = { kept: boolean; code: string | null } | 'lost';

const RECONNECT_MS = 20;

/** A citizen's page as the appliance sees it: the real socket, coming back for ever until it is closed. */
export class CitizenClient {
  readonly #url: string;
  readonly #unanswered = new Map<number, (answer: Answer) => void>();
  readonly #lookers = new Set<() => void>();
  #socket: WebSocket | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;
  #lastNumber = 0;
  #view: CitizenView | null = null;
  /** Told of every view, in order, before anybody who waits. */
  onView: (view: CitizenView) => void = () => undefined;

  /** @param citizen URL of the citizen's page */
  constructor(citizen: string) {
    const url = new URL('/citizen/socket', citizen);
    url.protocol = 'ws:';
    this.#url = url.href;
    this.#connect();
  }

  /** What is on the screen; null while there is no connection. */
  get view(): CitizenView | null {
    return this.#view;
  }

  send(command: CitizenCommand): Promise<Answer> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.resolve('lost');
    const n = ++this.#lastNumber;
    return new Promise((resolve) => {
      this.#unanswered.set(n, resolve);
      socket.send(JSON.stringify({ n, command }));
    });
  }

  /** The first view from now on, the present one included, that `fits`. @throws Error after `limitMs` */
  async see(fits: (view: CitizenView) => boolean, limitMs = 30_000): Promise<CitizenView> {
    const view = await this.seeOrNull(fits, limitMs);
    if (view !== null) return view;
    throw new Error(`not seen in ${limitMs} ms; the screen is ${JSON.stringify(this.#view)?.slice(0, 300)}`);
  }

  /** As `see`, null where the time is over. */
  seeOrNull(fits: (view: CitizenView) => boolean, limitMs: number): Promise<CitizenView | null> {
    return new Promise((resolve) => {
      const end = (view: CitizenView | null) => {
        clearTimeout(limit);
        this.#lookers.delete(look);
        resolve(view);
      };
      const look = () => {
        if (this.#view !== null && fits(this.#view)) end(this.#view);
      };
      const limit = setTimeout(() => end(null), limitMs);
      this.#lookers.add(look);
      look();
    });
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as ServerMessage));
    // A refused connection says 'error' and then 'close'.
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', () => this.#lost());
  }

  #take(message: ServerMessage): void {
    if (message.type === 'ack') {
      const { n, kept, code } = message;
      this.#unanswered.get(n)?.({ kept, code });
      this.#unanswered.delete(n);
      return;
    }
    this.#view = message.view;
    this.onView(message.view);
    for (const look of this.#lookers) look();
  }

  #lost(): void {
    this.#view = null;
    for (const resolve of this.#unanswered.values()) resolve('lost');
    this.#unanswered.clear();
    if (!this.#isClosed) this.#retry = setTimeout(() => this.#connect(), RECONNECT_MS);
  }
}
