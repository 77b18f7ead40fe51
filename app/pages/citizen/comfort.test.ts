import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import type { CitizenView } from '../../../device/visit/views.ts';
import { fakeSockets } from '../../../test/support/fake-socket.ts';
import { citizenSamples, idle, inviting, reasons, thanks, VISIT_ID } from '../../../test/support/page-samples.ts';
import { chooseLanguage, language } from '../shared/locale.ts';
import { COMFORTS, hasComfort, resetPerson, toggleComfort } from './comfort.ts';
import { levelOfKey } from './digit-keys.ts';
import { createCitizenModel } from './model.ts';
import { needsMoreTime } from './no-hurry.ts';

function started(view: CitizenView = inviting) {
  const clock = new VirtualClock();
  const sockets = fakeSockets();
  const model = createCitizenModel(sockets.open, clock);
  sockets.newest().show(view);
  return { clock, model, socket: sockets.newest() };
}

const on = () => COMFORTS.filter(hasComfort);

beforeEach(resetPerson);

describe('modes', () => {
  it('go on and off by one touch each, and together', () => {
    toggleComfort('elder');
    toggleComfort('low');
    expect(on()).toEqual(['elder', 'low']);
    toggleComfort('elder');
    expect(on()).toEqual(['low']);
  });

  it('last from the counter to the thanks and never further', () => {
    const { socket } = started(citizenSamples.serving);
    toggleComfort('contrast');
    for (const view of [inviting, reasons, thanks]) socket.show(view);
    expect(on()).toEqual(['contrast']);
    socket.show(idle);
    expect(on()).toEqual([]);
  });

  it.each([idle, citizenSamples.paused])(
    'chosen on the screen outlast a renewed view, and end a minute after the last touch or with a visit: $screen',
    async (resting) => {
      const { clock, model, socket } = started(resting);
      toggleComfort('elder');
      await chooseLanguage('bo');
      model.touched();
      socket.show(resting);
      await clock.advance(59_000);
      expect([on(), language.value]).toEqual([['elder'], 'bo']);
      await clock.advance(1000);
      expect([on(), language.value]).toEqual([[], 'zh-CN']);
      toggleComfort('elder');
      socket.show(inviting);
      expect(on()).toEqual([]);
    },
  );

  it('do not take a touch on the idle screen for one in the visit that follows', async () => {
    const { clock, model, socket } = started(idle);
    model.touched();
    socket.show(inviting);
    toggleComfort('elder');
    await clock.advance(60_000);
    expect(on()).toEqual(['elder']);
  });
});

describe('large text without hurry', () => {
  it('asks for the time anew with a touch, once until the answer, and the touch still rates', async () => {
    const { clock, model, socket } = started();
    toggleComfort('elder');
    model.touched();
    model.touched();
    void model.rate(4);
    expect(socket.commands).toEqual([
      { type: 'extend', visitId: VISIT_ID },
      { type: 'rate', visitId: VISIT_ID, level: 4, language: 'zh-CN' },
    ]);
    await clock.settle();
  });

  it('says the reasons again, so that the appliance waits, without changing them', () => {
    const { model, socket } = started(reasons);
    toggleComfort('elder');
    model.touched();
    const { level, tags, comment } = reasons;
    expect(socket.commands).toEqual([{ type: 'revise', visitId: VISIT_ID, level, tags, comment, language: 'zh-CN' }]);
  });

  it('asks for nothing otherwise: without the mode, with the time still whole, on other screens', () => {
    const { model, socket } = started();
    model.touched();
    expect(socket.commands).toEqual([]);
    const whole = { ...inviting, countdown: { remainingMs: 57_000, totalMs: 60_000 } };
    expect(needsMoreTime(whole, 57_000, 0)).toBe(false);
    expect(needsMoreTime(whole, 57_000, 2000)).toBe(true);
    expect(needsMoreTime(thanks, 5000, 5000)).toBe(false);
    expect(needsMoreTime(null, null, 0)).toBe(false);
  });
});

describe('a key of a box that poses as a keyboard', () => {
  const stroke = { key: '3', repeat: false, ctrlKey: false, altKey: false, metaKey: false, isComposing: false };

  it.each([
    [stroke, false, 3],
    [stroke, true, null],
    [{ ...stroke, repeat: true }, false, null],
    [{ ...stroke, ctrlKey: true }, false, null],
    [{ ...stroke, altKey: true }, false, null],
    [{ ...stroke, metaKey: true }, false, null],
    [{ ...stroke, isComposing: true }, false, null],
    [{ ...stroke, key: '6' }, false, null],
    [{ ...stroke, key: '0' }, false, null],
    [{ ...stroke, key: 'toString' }, false, null],
  ])('%j, in a text field %s, is %s', (given, inTextField, level) => {
    expect(levelOfKey(given, inTextField)).toBe(level);
  });

  it('rates while the question stands and on no other screen', () => {
    const { model, socket } = started(reasons);
    void model.key(1);
    socket.show(inviting);
    void model.key(2);
    expect(socket.commands).toEqual([{ type: 'rate', visitId: VISIT_ID, level: 2, language: 'zh-CN' }]);
  });
});
