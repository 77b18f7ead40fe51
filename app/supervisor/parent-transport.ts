/** A child's end of the channel to its parent, whatever carries it. */
export interface ParentTransport {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The parent is gone or wants the child to end without having said so over the channel. */
  onGone(listener: () => void): void;
}

/** What Electron puts on `process` in a utility process. */
interface UtilityPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
}

interface UtilityProcessLike {
  parentPort?: UtilityPort;
}

/**
 * The channel of this process. Throws Error when no parent opened one: the entry was started by hand.
 */
export function parentTransport(): ParentTransport {
  const { parentPort } = process as UtilityProcessLike;
  if (parentPort !== undefined) return withSignals(utilityTransport(parentPort));
  if (process.send !== undefined) return withSignals(forkTransport());
  throw new Error('This entry is started by the supervisor; run the command line instead.');
}

/** Electron ends its utility processes itself when the main process dies. */
function utilityTransport(port: UtilityPort): ParentTransport {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', (event) => listener(event.data)),
    onGone() {},
  };
}

function forkTransport(): ParentTransport {
  return {
    post(message) {
      // A parent that has just died is told by 'disconnect'; the callback takes the error of that last message.
      if (process.connected) process.send?.(message, undefined, {}, () => {});
    },
    onMessage: (listener) => process.on('message', listener),
    onGone: (listener) => process.once('disconnect', listener),
  };
}

/**
 * A terminal sends SIGINT to the whole group and a service manager may send SIGTERM to all. The first is the parent's
 * to answer (it stops the children in order); the second is a wish to end like any other.
 */
function withSignals(transport: ParentTransport): ParentTransport {
  process.on('SIGINT', () => {});
  return {
    ...transport,
    onGone(listener) {
      transport.onGone(listener);
      process.once('SIGTERM', listener);
    },
  };
}
