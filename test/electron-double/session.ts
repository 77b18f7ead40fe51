import { EventEmitter } from 'node:events';
import { onlyKnown, strict } from './strict.ts';

type RequestHandler = (contents: unknown, permission: string, decide: (granted: boolean) => void) => void;
type CheckHandler = (contents: unknown, permission: string) => boolean;
interface ReceivedHeaders {
  url: string;
  resourceType: 'mainFrame' | 'subFrame';
  responseHeaders: Record<string, string[]>;
}
type HeadersHandler = (details: ReceivedHeaders, answer: (changes: object) => void) => void;

/** Chromium's names of what a page may ask for, with Electron's. */
const PERMISSIONS: [chromium: string, electron: string][] = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['camera', 'media'],
  ['microphone', 'media'],
  ['clipboard-read', 'clipboard-read'],
  ['midi', 'midi'],
];

/** One session: who may do what. */
export class SessionDouble extends EventEmitter {
  #request: RequestHandler | null = null;
  #check: CheckHandler | null = null;
  #headers: HeadersHandler | null = null;
  readonly webRequest = strict('webRequest', {
    onHeadersReceived: (handler: HeadersHandler | null) => {
      this.#headers = handler;
    },
  });

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.#request = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.#check = handler;
  }

  /** Kept to be called; the double has no devices to offer. */
  setDevicePermissionHandler(_handler: ((details: unknown) => boolean) | null): void {}

  /** As a document's headers come; Electron goes on only once the handler answered, and nothing here lets it change them. */
  received(details: ReceivedHeaders): Promise<void> {
    const handler = this.#headers;
    if (handler === null) return Promise.resolve();
    return new Promise((resolve) => handler(details, (changes) => resolve(onlyKnown('headersReceived', changes, []))));
  }

  /** Electron grants whatever no handler refuses, and so does this. For the double's window only. */
  grantedPermissions(contents: unknown): string[] {
    return PERMISSIONS.filter(([, permission]) => this.#grants(contents, permission)).map(([name]) => name);
  }

  #grants(contents: unknown, permission: string): boolean {
    let isGranted = true;
    this.#request?.(contents, permission, (granted) => {
      isGranted = granted;
    });
    return isGranted && (this.#check?.(contents, permission) ?? true);
  }
}

const sessions = new Map<string, SessionDouble>();

/** The session of a partition; all windows of the same name share it. */
export function sessionOf(partition: string): SessionDouble {
  const found = sessions.get(partition) ?? new SessionDouble();
  sessions.set(partition, found);
  return found;
}

export const session = strict('session', {
  fromPartition: (partition: string) => strict('Session', sessionOf(partition)),
});
