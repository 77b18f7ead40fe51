import type { FrameReader, LineSymbol } from './frame-reader.ts';
import type { ByteFraming } from './framing-schema.ts';

/** One byte is one symbol, so nothing is kept from chunk to chunk. */
export function createByteReader(framing: ByteFraming): FrameReader {
  const keys = new Map(framing.keys.map((entry) => [entry.byte, entry.key]));
  const ignored = new Set(framing.ignore);
  const symbolOf = (byte: number): LineSymbol => {
    const key = keys.get(byte);
    if (key !== undefined) return { type: 'key', key };
    return { type: ignored.has(byte) ? 'ignored' : 'unknown', byte };
  };
  return { feed: (bytes) => Array.from(bytes, symbolOf), noteSent: () => undefined };
}
