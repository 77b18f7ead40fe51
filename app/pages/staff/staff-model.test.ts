import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import { staffSamples, staffServing } from '../../../test/support/page-samples.ts';
import { createStaffFeed, parseStaffView } from './feed.ts';
import { panelOf } from './staff-model.ts';

class FakeStream {
  closed = false;
  #listeners: Record<string, (event: { data: unknown }) => void> = {};

  addEventListener(type: 'message' | 'error', listener: (event: { data: unknown }) => void): void {
    this.#listeners[type] = listener;
  }

  emit(type: 'message' | 'error', data: unknown = null): void {
    this.#listeners[type]?.({ data });
  }

  close(): void {
    this.closed = true;
  }
}

describe('the staff feed', () => {
  it('opens a new stream after a broken one, and says so in between', async () => {
    const clock = new VirtualClock();
    const streams: FakeStream[] = [];
    const open = () => {
      const stream = new FakeStream();
      streams.push(stream);
      return stream;
    };
    const feed = createStaffFeed(open, clock);
    streams[0]?.emit('message', JSON.stringify(staffServing));
    streams[0]?.emit('error');
    expect([feed.lost.value, streams[0]?.closed, feed.view.value?.window.state]).toEqual([true, true, 'serving']);
    await clock.advance(200);
    streams[1]?.emit('message', JSON.stringify(staffSamples.idle));
    expect([feed.lost.value, feed.view.value?.window.state]).toEqual([false, 'idle']);
  });

  it.each([['{'], ['null'], ['{}'], ['{"window":{"state":"idle"}}'], [7]])('passes over %s', (data) => {
    expect(parseStaffView(data)).toBeNull();
  });
});

describe('a panel', () => {
  it('for skipping is there only while a case waits for its invitation', () => {
    expect(panelOf('skip', staffServing)).toBe('skip');
    expect(panelOf('skip', staffSamples.inviting ?? null)).toBe('main');
    expect(panelOf('skip', staffSamples.idle ?? null)).toBe('main');
  });

  it('for pausing closes with the pause', () => {
    expect(panelOf('pause', staffServing)).toBe('pause');
    expect(panelOf('pause', staffSamples.paused ?? null)).toBe('main');
    expect(panelOf('pause', null)).toBe('main');
  });
});
