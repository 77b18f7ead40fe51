import { createHash } from 'node:crypto';
import type { GivenPicture } from '../identity/content-settings.ts';

/** Pictures out of a signed configuration, looked at before a browser gets them. Pure. */

export interface Picture {
  type: 'image/png' | 'image/jpeg';
  bytes: Buffer;
}

/**
 * - `hash`: other bytes than the centre meant
 * - `format`: neither PNG nor JPEG, or cut off in its head
 * - `size`: more than a counter's screen can use
 */
export type PictureFault = 'hash' | 'format' | 'size';

const MAX_BYTES = 1024 * 1024;
/** Of a side. A small file may unfold to gigabytes (a decompression bomb), which a kiosk's browser would not survive. */
const MAX_PIXELS = 4096;

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

interface Head {
  type: Picture['type'];
  width: number;
  height: number;
}

function pngHead(bytes: Buffer): Head | null {
  if (bytes.length < PNG.length + 8 || !bytes.subarray(0, PNG.length).equals(PNG)) return null;
  return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Start of frame (ITU-T T.81 B.1.1.3): C0 to CF without DHT, JPG and DAC. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function jpegHead(bytes: Buffer): Head | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (!isFrame(bytes[at + 1] ?? 0)) continue;
    return { type: 'image/jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
  }
  return null;
}

/**
 * @param given base64 or base64url of the file, and its SHA-256 in hex, with or without `sha256:`
 * @returns the picture, or why it is not shown
 */
export function readPicture({ sha256, data }: GivenPicture): Picture | PictureFault {
  const bytes = Buffer.from(data, 'base64');
  const meant = sha256.replace(/^sha256:/, '').toLowerCase();
  if (createHash('sha256').update(bytes).digest('hex') !== meant) return 'hash';
  const head = pngHead(bytes) ?? jpegHead(bytes);
  if (head === null || head.width === 0 || head.height === 0) return 'format';
  if (bytes.length > MAX_BYTES || Math.max(head.width, head.height) > MAX_PIXELS) return 'size';
  return { type: head.type, bytes };
}
