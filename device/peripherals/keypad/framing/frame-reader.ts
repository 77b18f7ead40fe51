import type { Framing } from '../profile.ts';
import { createByteReader } from './byte-reader.ts';

/**
 * What a run of bytes says.
 * - `key`: a key that the profile names
 * - `unknown`: something the profile does not name; `byte` is the first byte of it
 * - `ignored`: bytes that mean nothing by the profile's own word
 */
export type LineSymbol =
  | { type: 'key'; key: string }
  | { type: 'unknown'; byte: number }
  | { type: 'ignored'; byte: number };

/** Turns the line's bytes, in chunks of any size, into symbols. Never throws; holds no more than one frame. */
export interface FrameReader {
  feed(bytes: Uint8Array): LineSymbol[];
}

/** The reader for a profile's framing: each family has its own file beside this one. */
export function createFrameReader(framing: Framing): FrameReader {
  switch (framing.type) {
    case 'byte':
      return createByteReader(framing);
  }
}
