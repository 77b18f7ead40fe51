import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { HealthNote, healthyPath, PROVED_AFTER_MS } from './health.ts';

function bench() {
  const dir = mkdtempSync(join(tmpdir(), 'health-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const clock = new VirtualClock();
  return { clock, note: new HealthNote(clock, dir, '1.1.0'), path: healthyPath(dir) };
}

it('when the device was ready for two minutes then its version is noted, for the gate to read', async () => {
  const { clock, note, path } = bench();
  note.ready();
  await clock.advance(PROVED_AFTER_MS - 1);
  expect(existsSync(path)).toBe(false);
  await clock.advance(1);
  expect(readFileSync(path, 'utf8')).toBe('1.1.0\n');
});

it('when a process ends in between then nothing is proved, and the two minutes start anew', async () => {
  const { clock, note, path } = bench();
  note.ready();
  await clock.advance(PROVED_AFTER_MS - 1);
  note.lost();
  await clock.advance(PROVED_AFTER_MS);
  expect(existsSync(path)).toBe(false);
  note.ready();
  await clock.advance(PROVED_AFTER_MS);
  expect(existsSync(path)).toBe(true);
});
