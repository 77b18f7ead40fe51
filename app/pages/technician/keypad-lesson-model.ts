import { signal } from '@preact/signals';
import type { Clock } from '../../../device/clock.ts';
import type { LearningReport } from '../../../device/peripherals/keypad/learning/keypad-school.ts';
import type { PortList, PortRow } from '../../server/technician/ports.ts';
import { levelLabel } from '../shared/locale.ts';
import type { Answer, request } from '../shared/post.ts';
import { answerText } from './answer-text.ts';
import { hintText } from './check-words.ts';
import { createPortTrial } from './port-trial-model.ts';
import { w, wordOf } from './words.ts';

const LOOK_EVERY_MS = 400;
const PATH = '/technician/keypad-lesson';

export type KeypadLessonModel = ReturnType<typeof createKeypadLesson>;

const isRunning = (lesson: LearningReport | null) =>
  lesson !== null && lesson.state !== 'learned' && lesson.state !== 'failed';

/** What the technician is told to do, or what came of it. */
export function lessonText(lesson: LearningReport): string {
  switch (lesson.state) {
    case 'opening':
    case 'listening':
    case 'keeping':
      return w(`lesson.${lesson.state}`);
    case 'asking':
      return w('lesson.press', { key: levelLabel(lesson.level ?? 5), round: lesson.round ?? 1 });
    case 'learned':
      return w(
        lesson.canGrade === true ? 'lesson.learned' : lesson.canGrade === false ? 'lesson.fewer' : 'lesson.not_kept',
      );
    case 'failed':
      return wordOf(`lesson.fault.${lesson.fault}`) ?? w('lesson.fault.port');
  }
}

/** Why the newest press was not taken; null where it was. */
export function lessonNote({ note, hint }: LearningReport): string | null {
  if (note !== null) return wordOf(`lesson.note.${note}`);
  return hint === null ? null : hintText(hint);
}

/** What the line brought so far: nothing, bytes that are no message yet, or the newest message. */
export function heardText({ bytes, heard }: Pick<LearningReport, 'bytes' | 'heard'>): string {
  if (bytes === 0) return w('lesson.heardNone');
  return heard === '' ? w('lesson.heardBytes', { n: bytes }) : w('lesson.heard', { n: bytes, heard });
}

/** What a port's USB device says of itself; null for a port that is none. */
export function portText({ usb, bridge }: PortRow): string | null {
  if (usb === null) return null;
  const said = [`USB ${usb.vendorId}:${usb.productId}`, usb.manufacturer, usb.product, usb.serialNumber];
  const words = [...said, bridge === null ? null : w('ports.bridge', { chip: bridge })];
  return words.filter((word) => word !== null).join(' · ');
}

/** Teaching the device an unknown button box from the page. */
export function createKeypadLesson(ask: typeof request, clock: Clock) {
  const lesson = signal<LearningReport | null>(null);
  const message = signal<string | null>(null);
  const ports = signal<readonly PortRow[]>([]);
  let isLooking = false;

  function take(answer: Answer): void {
    message.value = answer.ok ? null : w('lesson.refused', { message: answerText(answer) });
    if (answer.ok) lesson.value = (answer.body as { lesson: LearningReport | null }).lesson;
    if (isRunning(lesson.value)) lookLater();
  }

  function lookLater(): void {
    if (isLooking) return;
    isLooking = true;
    clock.setTimer(LOOK_EVERY_MS, () => {
      isLooking = false;
      void look();
    });
  }

  /** A lesson goes on while its page is away. */
  async function look(): Promise<void> {
    take(await ask('GET', PATH));
  }

  const post = async (path: string, body: unknown = {}) => take(await ask('POST', `${PATH}${path}`, body));
  return {
    lesson,
    message,
    ports,
    /** Which known box it is, before a lesson is needed. */
    trial: createPortTrial(ask, clock),
    /** Which ports there are now. */
    async lookForPorts() {
      const answer = await ask('GET', '/technician/ports');
      if (answer.ok) ports.value = (answer.body as PortList).ports;
    },
    look,
    isRunning: () => isRunning(lesson.value),
    begin: (path: string, baudRate: number) => post('', { path, baudRate }),
    absent: () => post('/absent'),
    stop: () => post('/stop'),
  };
}
