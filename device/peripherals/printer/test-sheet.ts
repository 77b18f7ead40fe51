import texts from '../../../assets/test-sheet.json' with { type: 'json' };
import type { PrintItem } from './document.ts';

/** @param facts `time` as it is to be read, like `2026-11-22 10:05` */
export function testSheet({ window, time }: { window: string; time: string }): PrintItem[] {
  const fill = (text: string) => text.replace('{window}', window).replace('{time}', time);
  return [
    { type: 'text', text: texts.title, align: 'centre', times: 2 },
    ...texts.lines.map((line): PrintItem => ({ type: 'text', text: fill(line) })),
    { type: 'text', text: texts.centred, align: 'centre' },
    { type: 'text', text: texts.code, align: 'centre' },
    { type: 'qr', text: `TEST ${time}` },
    { type: 'text', text: texts.end },
  ];
}
