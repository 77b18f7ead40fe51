/** Keys of a call box beside the evaluator. They belong to the staff and carry no grade. */
export type BoxKey =
  | 'evaluate'
  | 'call_next'
  | 'recall'
  | 'cancel'
  | 'give_up'
  | 'hang_up'
  | 'call_back'
  | 'one_metre_line'
  | 'pause'
  | 'transfer';

/**
 * What a run of bytes says.
 * - `key`: a key that the profile names
 * - `box_key`: a key of the staff's call box
 * - `unknown`: something the profile does not name; `byte` is the first byte of it, or the code in a whole frame
 * - `ignored`: bytes that mean nothing by the profile's own word, our own frames coming back
 * - `other_window`: a whole frame of another address on the same bus
 * - `answer`: a sign of life that we asked for
 * - `bad_frame`: began like a frame and was none
 * - `reply`: the pad waits for this frame
 */
export type LineSymbol =
  | { type: 'key'; key: string }
  | { type: 'box_key'; key: BoxKey }
  | { type: 'unknown'; byte: number }
  | { type: 'ignored'; byte: number }
  | { type: 'other_window'; address: number }
  | { type: 'answer' }
  | { type: 'bad_frame'; fault: 'length' | 'checksum' | 'end' }
  | { type: 'reply'; frame: number[] };

/** Turns the line's bytes, in chunks of any size, into symbols. Never throws; holds no more than one frame. */
export interface FrameReader {
  /** @param atMs time of the chunk on its line (`LineTime`), never before that of an earlier one */
  feed(bytes: Uint8Array, atMs: number): LineSymbol[];
  /** Tells what goes out, so that a line which hears itself is not taken for a pad that answers. */
  noteSent(frame: readonly number[], atMs: number): void;
}
