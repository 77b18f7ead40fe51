import { constants, type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import { openPty, type Pty } from './pty.ts';

/**
 * Bytes handed to an end before what nobody read there is thrown away. A terminal holds a few ten KiB; past that its
 * maker would wait, or fill the memory, and the other direction with it.
 */
const UNREAD_LIMIT_BYTES = 16 * 1024;

/** Two pseudo-terminals joined like the ends of a null-modem cable: what is written to one path is read at the other. */
export interface PtyPair {
  /** The pad's end: `echo -n 5 > a` presses a key. */
  readonly a: string;
  /** The device's end: the path to open as a serial port. */
  readonly b: string;
  /** Removes both ends and resolves when their processes are gone. */
  close(): Promise<void>;
  /** Pulls the plug at once, as a broken cable would. */
  kill(): void;
}

/**
 * Makes a pair that lives no longer than this process, however the process dies. Either end may be opened, closed and
 * opened again by any program. An end that nobody reads keeps the newest bytes and never blocks the other direction;
 * a reader that falls behind by 16 KiB loses bytes, as on a line without flow control.
 * @param options `script`: the program that makes pseudo-terminals, where it is not on the PATH
 * @throws PtyError script_missing, pty_failed
 */
export async function openPtyPair(options: { clock?: Clock; script?: string } = {}): Promise<PtyPair> {
  const a = await openPty(options);
  const b = await openPty(options).catch(async (error: unknown) => {
    await a.close();
    throw error;
  });
  join(a, b);
  join(b, a);
  return {
    a: a.path,
    b: b.path,
    async close() {
      await Promise.all([a.close(), b.close()]);
    },
    kill() {
      a.kill();
      b.kill();
    },
  };
}

function join(from: Pty, to: Pty): void {
  let handedOver = 0;
  let queue: Promise<void> = Promise.resolve();
  from.onData((bytes) => {
    handedOver += bytes.length;
    const full = handedOver > UNREAD_LIMIT_BYTES;
    if (full) handedOver = bytes.length;
    queue = queue.then(async () => {
      if (full) await discardUnread(to.path);
      to.write(bytes);
    });
  });
}

/** Takes what waits at an end, through the same path that its reader would use, without ever waiting itself. */
async function discardUnread(path: string): Promise<void> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  // An end that is gone or hung up has nothing unread.
  const handle = await open(path, flags).catch(() => null);
  if (handle === null) return;
  await readToEnd(handle);
  await handle.close();
}

async function readToEnd(handle: FileHandle): Promise<void> {
  const buffer = new Uint8Array(4096);
  let taken = 1;
  // "Nothing there" comes as EAGAIN, a hang-up as EIO or as no bytes: all mean the end.
  while (taken > 0)
    taken = await handle.read(buffer).then(
      ({ bytesRead }) => bytesRead,
      () => 0,
    );
}
