/** Longer than any line that a device writes: a receipt of 500 records has some 40 KiB. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** A line with its line feed, as it lies in the file: a signature covers bytes, not text. */
export interface RawLine {
  /** From 1. */
  number: number;
  bytes: Buffer;
}

/** Cuts a file into lines; the last one may lack its line feed. @throws RangeError for a line without end */
export async function* rawLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawLine> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      yield { number: ++number, bytes: rest.subarray(0, end + 1) };
      rest = rest.subarray(end + 1);
    }
    if (rest.length > MAX_LINE_BYTES) throw new RangeError(`line ${number + 1} has no end`);
  }
  if (rest.length > 0) yield { number: ++number, bytes: rest };
}

/**
 * The JSON value of a line, undefined where it is none or was not written by a program of ours: the same value written
 * in another way could show a reader's eye something else than what was checked.
 */
export function parseLine({ bytes }: RawLine): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return `${JSON.stringify(value)}\n` === text ? value : undefined;
  } catch {
    return undefined; // the caller names the line unreadable
  }
}
