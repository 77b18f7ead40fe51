import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import type { CitizenView } from '../../../device/visit/views.ts';
import { fakeSockets } from '../../../test/support/fake-socket.ts';
import {
  citizenSamples,
  idle,
  inviting,
  NEXT_VISIT_ID,
  reasons,
  thanks,
  VISIT_ID,
} from '../../../test/support/page-samples.ts';
import { chooseLanguage, language, resetLanguage } from '../shared/locale.ts';
import { secondsLeft } from './countdown.tsx';
import { gradeOrder } from './grade-buttons.tsx';
import { countdownEnd, createCitizenModel, isSamePerson, screenOf } from './model.ts';
import { isBounce } from './touch-guard.ts';

const nextInviting = { ...inviting, visitId: NEXT_VISIT_ID } satisfies CitizenView;

function started(view: CitizenView = inviting) {
  const clock = new VirtualClock();
  const sockets = fakeSockets();
  const model = createCitizenModel(sockets.open, clock);
  sockets.newest().show(view);
  return { clock, sockets, model, socket: sockets.newest() };
}

/** Of a socket on which `data` was said before anybody listened. */
const hear = (data: string) => (type: string, listener: (event: { data: unknown }) => void) => {
  if (type === 'message') listener({ data });
};

beforeEach(resetLanguage);

describe('the screen', () => {
  it('is the one that came with the page, unless the appliance has said a newer one on the page’s socket by then', () => {
    const clock = new VirtualClock();
    const { open } = fakeSockets();
    expect(createCitizenModel(open, clock, inviting).screen.value).toBe('inviting');
    const said = () =>
      Object.assign(open(), { addEventListener: hear(JSON.stringify({ type: 'view', view: thanks })) });
    expect(createCitizenModel(said, clock, inviting).screen.value).toBe('thanks');
  });

  it('is the one of the newest view, and the page says itself that it has none or lost the appliance', () => {
    expect(screenOf(null, false)).toBe('starting');
    expect(screenOf(null, true)).toBe('lost');
    for (const view of Object.values(citizenSamples)) {
      expect([screenOf(view, false), screenOf(view, true)]).toEqual([view.screen, 'lost']);
    }
  });

  it('comes back by itself in the state that the appliance has then', async () => {
    const { clock, sockets, model, socket } = started();
    socket.break();
    expect(model.screen.value).toBe('lost');
    await clock.advance(200);
    sockets.newest().show(reasons);
    expect(model.screen.value).toBe('reasons');
  });

  it('changes by a view alone: a tap shows as pressed until then', () => {
    const { model, socket } = started();
    void model.rate(2);
    expect([model.screen.value, model.pressed.value]).toEqual(['inviting', 'level-2']);
    socket.show(reasons);
    expect([model.screen.value, model.pressed.value]).toEqual(['reasons', null]);
  });
});

describe('a touch', () => {
  it('becomes one command, however often and wherever it is repeated before the answer', async () => {
    const { model, socket } = started();
    void model.rate(2);
    void model.rate(2);
    void model.rate(5);
    void model.decline();
    expect(socket.commands).toEqual([{ type: 'rate', visitId: VISIT_ID, level: 2, language: 'zh-CN' }]);
  });

  it('that was not kept frees the buttons and says so, until the next touch', async () => {
    const { clock, model, socket } = started();
    const rated = model.rate(1);
    socket.ack(false);
    await rated;
    expect([model.pressed.value, model.notKept.value]).toEqual([null, true]);
    void model.rate(1);
    expect([model.notKept.value, socket.commands.length]).toEqual([false, 2]);
    await clock.settle();
  });

  it('of an old screen leaves no mark on the next one when its answer comes late', async () => {
    const { model, socket } = started();
    const rated = model.rate(3);
    socket.show(nextInviting);
    void model.rate(4);
    socket.receive({ type: 'ack', n: 1, kept: false, code: 'closed' });
    await rated;
    expect([model.pressed.value, model.notKept.value]).toEqual(['level-4', false]);
  });

  it('outside a visit or without the appliance does nothing', async () => {
    const { model, socket } = started(idle);
    await model.rate(5);
    socket.show(inviting);
    socket.break();
    await model.rate(5);
    expect(socket.commands).toEqual([]);
  });
});

describe('reasons', () => {
  it('are kept before the screen is submitted', async () => {
    const { clock, model, socket } = started(reasons);
    model.draft.value?.write('慢');
    const submitted = model.submit();
    expect(socket.commands.map(({ type }) => type)).toEqual(['revise']);
    socket.ack(true);
    await clock.settle();
    expect(socket.commands.map(({ type }) => type)).toEqual(['revise', 'submit']);
    socket.ack(true);
    await submitted;
  });

  it('that cannot be kept do not close the screen', async () => {
    const { model, socket } = started(reasons);
    model.draft.value?.write('慢');
    const submitted = model.submit();
    socket.ack(false);
    await submitted;
    expect([socket.commands.length, model.notKept.value, model.draft.value?.comment.value]).toEqual([1, true, '慢']);
  });

  it('survive a restart of the appliance within the visit and are sent again', async () => {
    const { clock, sockets, model, socket } = started(reasons);
    model.draft.value?.write('慢');
    socket.break();
    await clock.advance(200);
    sockets.newest().show(reasons);
    expect(sockets.newest().commands).toMatchObject([{ type: 'revise', comment: '慢' }]);
  });

  it('of one visit are gone with it', () => {
    const { model, socket } = started(reasons);
    model.draft.value?.write('慢');
    socket.show(thanks);
    expect(model.draft.value).toBeNull();
    socket.show({ ...reasons, visitId: NEXT_VISIT_ID });
    expect(model.draft.value?.comment.value).toBe('');
  });
});

describe('the language', () => {
  it('lasts from the choice to the thanks, and never into the next visit', async () => {
    const { socket } = started();
    await chooseLanguage('en');
    socket.show(reasons);
    socket.show(thanks);
    expect(language.value).toBe('en');
    socket.show(nextInviting);
    expect(language.value).toBe('zh-CN');
  });

  const serving = citizenSamples.serving;
  it.each<[string, CitizenView, CitizenView, boolean]>([
    ['serving to its invitation', serving, inviting, true],
    ['invitation to reasons', inviting, reasons, true],
    ['thanks again', thanks, thanks, true],
    ['declined', inviting, citizenSamples.ended, true],
    ['thanks to the next case', thanks, serving, false],
    ['invitation to another', inviting, nextInviting, false],
    ['idle to invitation', idle, inviting, false],
    ['invitation to idle', inviting, idle, false],
    ['serving to pause', serving, citizenSamples.paused, false],
    ['pause again', citizenSamples.paused, { ...citizenSamples.paused, resumesInMs: 1 }, true],
    ['pause to idle', citizenSamples.paused, idle, false],
    ['idle to pause', idle, citizenSamples.paused, false],
  ])('%s', (_name, before, next, same) => {
    expect(isSamePerson(before, next)).toBe(same);
  });
});

describe('the night', () => {
  const night = citizenSamples['idle-night'];

  it('gives way to a touch, and comes back a minute after the last one', async () => {
    const { clock, model } = started(night);
    expect(model.night.value).toEqual(night.content.night);
    model.touched();
    expect(model.night.value).toBeNull();
    await clock.advance(59_000);
    model.touched();
    await clock.advance(59_999);
    expect(model.night.value).toBeNull();
    await clock.advance(1);
    expect(model.night.value).toEqual(night.content.night);
  });

  it('gives way to a visit, and is there at once when that is over', async () => {
    const { clock, model, socket } = started(night);
    model.touched();
    socket.show(inviting);
    expect(model.night.value).toBeNull();
    socket.show(night);
    expect(model.night.value).toEqual(night.content.night);
    await clock.advance(60_000);
    expect(model.night.value).toEqual(night.content.night);
  });

  it('never hides that the appliance is lost', () => {
    const { model, socket } = started(night);
    socket.break();
    expect([model.night.value, model.screen.value]).toEqual([null, 'lost']);
  });
});

describe('small rules', () => {
  it('orders the grades by layout', () => {
    expect(gradeOrder('best-left')).toEqual([5, 4, 3, 2, 1]);
    expect(gradeOrder('best-right')).toEqual([1, 2, 3, 4, 5]);
  });

  it('counts down what a view counts down', () => {
    expect(countdownEnd(inviting, 1000)).toBe(53_000);
    expect(countdownEnd(citizenSamples.paused, 1000)).toBe(541_000);
    expect(countdownEnd(idle, 1000)).toBeNull();
  });

  it.each([
    [1200, 2],
    [1000, 1],
    [1, 1],
    [0, 0],
    [-500, 0],
  ])('%i ms left are %i whole seconds', (restMs, seconds) => {
    expect(secondsLeft(5000 + restMs, 5000)).toBe(seconds);
  });

  it('takes a second contact for a bounce only when it is soon and near', () => {
    const last = { atMs: 1000, x: 100, y: 100 };
    expect(isBounce(null, last)).toBe(false);
    expect(isBounce(last, { atMs: 1399, x: 110, y: 90 })).toBe(true);
    expect(isBounce(last, { atMs: 1400, x: 100, y: 100 })).toBe(false);
    expect(isBounce(last, { atMs: 1100, x: 300, y: 100 })).toBe(false);
  });
});
