import { createByteReader } from './byte-reader.ts';
import { createFf68Reader } from './ff68-reader.ts';
import type { FrameReader } from './frame-reader.ts';
import type { Framing } from './framing-schema.ts';
import { createSequenceReader } from './sequence-reader.ts';
import { createSundynReader } from './sundyn-reader.ts';

/** The reader for a profile's framing: each family has its own file beside this one. */
export function createFrameReader(framing: Framing): FrameReader {
  switch (framing.type) {
    case 'byte':
      return createByteReader(framing);
    case 'ff68':
      return createFf68Reader(framing);
    case 'sequence':
      return createSequenceReader(framing);
    case 'sundyn':
      return createSundynReader(framing);
  }
}
