import { Ff68Parser } from './keypad/framing/ff68-frame.ts';
import { type StatusQuestion, statusQuestion } from './printer/printer-status.ts';

const QUESTIONS: readonly StatusQuestion[] = [1, 2, 3, 4];
const hex = (byte: number) => byte.toString(16).padStart(2, '0');

/**
 * Whole frames of one chunk in words, for a technician; null where there is none that we know. Families whose frames
 * may hold a person's data have no words here.
 */
export function frameText(bytes: Uint8Array): string | null {
  const question = QUESTIONS.find((number) => Buffer.from(statusQuestion(number)).equals(bytes));
  if (question !== undefined) return `ESC/POS status ${question}?`;
  const frames = new Ff68Parser()
    .feed(bytes)
    .flatMap((item) => (item.type === 'frame' ? [item.frame] : []))
    .map(
      ({ address, func, data }) => `FF68 address ${hex(address)} function ${hex(func)} data ${data.map(hex).join(' ')}`,
    );
  return frames.length === 0 ? null : frames.map((text) => text.trimEnd()).join('; ');
}
