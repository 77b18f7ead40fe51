import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bench, rating } from './ledger-fixture.ts';

const FRAME_BYTES = 24 + 4096;

/** As long as the state of a window with an open visit and another case behind it. */
const windowState = (level: number): string => JSON.stringify({ level, draft: 'x'.repeat(2000) });

it('writes six pages for a tap: each more is paid by the citizen, in bytes to sync', () => {
  const place = bench();
  const ledger = place.open();
  const walBytes = () => statSync(join(place.dir, 'ledger.db-wal')).size;
  const pages = Array.from({ length: 60 }, (_, index) => {
    const before = walBytes();
    ledger.append([rating()], { state: { window: windowState(index % 5) } });
    return (walBytes() - before) / FRAME_BYTES;
  }).sort((a, b) => a - b);
  // A leaf that is full makes a commit longer, one in a few: the median is what a tap is made of.
  expect(pages[30]).toBe(6);
  ledger.close();
  place.remove();
});
