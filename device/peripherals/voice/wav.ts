/** What a pack's sounds are: linear PCM, one channel, 16 bits, as every browser plays it. */
export interface WavFacts {
  sampleRate: number;
  durationMs: number;
  /** The largest sample, 0 … 1. */
  peak: number;
}

const PCM = 1;
const CHUNK_HEAD = 8;

/** Facts of a RIFF/WAVE file, or in words what is wrong with it. */
export function wavFacts(bytes: Uint8Array): WavFacts | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || ascii(bytes, 0) !== 'RIFF' || ascii(bytes, 8) !== 'WAVE') return 'it is no WAV file';
  const format = chunk(view, bytes, 'fmt ');
  const data = chunk(view, bytes, 'data');
  if (format === null || format.size < 16 || data === null) return 'its format or its sound is missing or cut off';
  const [coding, channels] = [view.getUint16(format.at, true), view.getUint16(format.at + 2, true)];
  const [sampleRate, bits] = [view.getUint32(format.at + 4, true), view.getUint16(format.at + 14, true)];
  if (coding !== PCM || channels !== 1 || bits !== 16) return 'it is not PCM with one channel and 16 bits';
  if (sampleRate < 8000 || sampleRate > 48_000) return 'its sample rate is not within 8000 … 48000';
  const samples = Math.floor(data.size / 2);
  let peak = 0;
  for (let at = 0; at < samples; at += 1) peak = Math.max(peak, Math.abs(view.getInt16(data.at + at * 2, true)));
  return { sampleRate, durationMs: (samples / sampleRate) * 1000, peak: peak / 32_768 };
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Where a chunk's content is; null where it is missing or runs past the end. */
function chunk(view: DataView, bytes: Uint8Array, id: string): { at: number; size: number } | null {
  for (let at = 12; at + CHUNK_HEAD <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const content = at + CHUNK_HEAD;
    if (ascii(bytes, at) === id) return content + size <= bytes.length ? { at: content, size } : null;
    at = content + size + (size % 2);
  }
  return null;
}
