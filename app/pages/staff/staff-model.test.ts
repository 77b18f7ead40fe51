import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import type { StaffView } from '../../../device/visit/views.ts';
import { staffSamples, staffServing } from '../../../test/support/page-samples.ts';
import { chimeOn, isSoundOn } from './chime.ts';
import { createStaffFeed, parseStaffView } from './feed.ts';
import { faultText } from './session.ts';
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
    expect(streams).toHaveLength(0);
    feed.start();
    streams[0]?.emit('message', JSON.stringify(staffServing));
    streams[0]?.emit('error');
    expect([feed.lost.value, streams[0]?.closed, feed.view.value?.window.state]).toEqual([true, true, 'serving']);
    await clock.advance(200);
    streams[1]?.emit('message', JSON.stringify(staffSamples.idle));
    expect([feed.lost.value, feed.view.value?.window.state]).toEqual([false, 'idle']);
    feed.stop();
    expect([feed.view.value, streams[1]?.closed]).toEqual([null, true]);
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

describe('the tone', () => {
  it('is played when a case comes and when the window is free again, and never tells more', () => {
    const view = signal<StaffView | null>(null);
    let tones = 0;
    const stop = chimeOn(view, () => {
      tones += 1;
    });
    const heard = (next: StaffView | undefined) => {
      const before = tones;
      view.value = next ?? null;
      return tones - before;
    };
    expect(heard(staffSamples.idle)).toBe(0);
    expect(heard(staffServing)).toBe(1);
    expect(heard({ ...staffServing, waiting: 2 })).toBe(0);
    expect(heard(staffSamples.inviting)).toBe(0);
    expect(heard(staffSamples.idle)).toBe(1);
    isSoundOn.value = false;
    expect(heard(staffServing)).toBe(0);
    isSoundOn.value = true;
    stop();
  });
});

describe('a refused sign-in', () => {
  it.each([
    [{ code: 'pin_wrong', detail: 'x' }, '工号或密码不正确'],
    [{ code: 'sign_in_locked', detail: 'x', retryAfterS: 900 }, '密码错误次数过多，请 15 分钟后再试，或联系管理员'],
    [{ code: 'unreachable', detail: null }, '评价器没有应答，请稍后再试'],
    [{ code: 'toString', detail: null }, '没有登录成功：toString'],
  ])('%j says what to do', (answer, text) => {
    expect(faultText({ ok: false, ...answer })).toBe(text);
  });
});
