import { signal } from '@preact/signals';
import type { Clock } from '../../../device/clock.ts';
import type { EnrolmentAnswer, EnrolmentRequest, TechnicianStatus } from '../../server/technician/status.ts';
import { t } from '../shared/locale.ts';
import type { Answer, request } from '../shared/post.ts';
import type { Said } from '../shared/voice-player.ts';
import { answerText } from './answer-text.ts';
import { createConfiguration } from './configuration-model.ts';
import { createDoor } from './door-model.ts';
import { createEvacuation } from './evacuation-model.ts';
import { createKeypadLesson } from './keypad-lesson-model.ts';
import { enrolmentOf } from './scanned-code.ts';
import { createSelfTest } from './self-test-model.ts';
import { createSetAside } from './set-aside-model.ts';
import { createTests } from './tests-model.ts';
import { createTraffic } from './traffic-model.ts';

const REFRESH_MS = 2000;

/** Where bringing the device into service stands. */
export type Enrolment =
  | { state: 'form'; message: string | null }
  | { state: 'sending' }
  | { state: 'waiting'; seconds: number }
  | { state: 'enrolled'; message: string };

export type TechnicianModel = ReturnType<typeof createTechnicianModel>;

/** Words for an answer to an enrolment that did not succeed. */
function refusalText(answer: Extract<EnrolmentAnswer, { message: string }>): string {
  const { outcome, code, message } = answer;
  // Of the way to the centre the device has the system's words alone.
  const told = outcome === 'unreachable' && code === 'unreachable' ? 'centre_unreachable' : code;
  return t(`technician.${outcome}`, { message: answerText({ code: told, detail: message }) });
}

/** The device's state, read every two seconds, and the two things a technician can do from here. */
export function createTechnicianModel(
  ask: typeof request,
  clock: Clock,
  leave: () => void = () => undefined,
  play: () => Promise<Said> = async () => 'silent',
) {
  const tests = createTests(ask, play);
  const traffic = createTraffic(ask, clock);
  const selfTest = createSelfTest(ask, refresh);
  const setAside = createSetAside(ask);
  const form = signal<EnrolmentRequest>({ baseUrl: '', code: '' });
  const door = createDoor(ask, clock, leave);
  const keypadLesson = createKeypadLesson(ask, clock);
  const status = signal<TechnicianStatus | null>(null);
  const lost = signal(false);
  const enrolment = signal<Enrolment>({ state: 'form', message: null });
  const message = signal<string | null>(null);

  async function refresh(): Promise<void> {
    const answer = await ask('GET', '/technician/status');
    lost.value = !answer.ok && answer.code !== 'code_needed';
    if (answer.ok) takeStatus(answer.body as TechnicianStatus);
    else if (answer.code === 'code_needed') lockedByServer();
  }

  function takeStatus(next: TechnicianStatus): void {
    status.value = next;
    void setAside.follow(next.ledger.refused);
    if (!next.provisioned) void takeScannedCode();
    // A door that closes by itself shows how long it stays open, also to whoever came in by enrolling or reloaded the page.
    if (door.session.value !== null || (next.provisioned && !next.trial)) void door.look();
  }

  /** A code from under a scanner on a serial line, which the device hands out once. */
  async function takeScannedCode(): Promise<void> {
    const answer = await ask('POST', '/technician/scanned-code', {});
    const code = answer.ok ? (answer.body as { code?: string | null }).code : null;
    if (typeof code === 'string') scanned(code);
  }

  /** Fills the form; where the scan names the centre too, nothing is left to type and nothing to press. */
  function scanned(text: string): void {
    const isBare = status.value?.provisioned === false && enrolment.value.state === 'form';
    // An order that says more than centre and code (proxy, authority) is for the device to read.
    if (isBare && (text.startsWith('pingjiaqi:') || /"(?:ca|proxy|nameServers)"/.test(text))) {
      void enrolByScan(text);
      return;
    }
    const found = isBare ? enrolmentOf(text) : null;
    if (found === null) {
      tests.scanned(text);
      return;
    }
    form.value = { baseUrl: found.baseUrl ?? form.value.baseUrl, code: found.code };
    if (form.value.baseUrl !== '') void enrol(form.value);
  }

  /** Its time is over, or nobody entered a code yet: then nothing of the device stays in sight. */
  function lockedByServer(): void {
    status.value = null;
    door.close();
  }

  async function keepFresh(): Promise<void> {
    await refresh();
    clock.setTimer(REFRESH_MS, () => void keepFresh());
  }

  const failedText = (answer: Extract<Answer, { ok: false }>) =>
    t('technician.failed', { message: answerText(answer) });

  function takeAnswer(answer: Answer): void {
    if (!answer.ok) {
      enrolment.value = { state: 'form', message: failedText(answer) };
      return;
    }
    const body = answer.body as EnrolmentAnswer;
    if (body.outcome === 'waiting') {
      waitAndAsk(Math.max(1, Math.ceil(body.retryAfterS)));
    } else if (body.outcome === 'enrolled') {
      enrolment.value = { state: 'enrolled', message: t('technician.enrolled', { deviceId: body.deviceId }) };
    } else {
      enrolment.value = { state: 'form', message: refusalText(body) };
    }
  }

  /** The centre's operator has to agree first: ask again when the centre said, counting down. */
  function waitAndAsk(seconds: number): void {
    if (seconds === 0) {
      void resume();
      return;
    }
    enrolment.value = { state: 'waiting', seconds };
    clock.setTimer(1000, () => waitAndAsk(seconds - 1));
  }

  /** Whichever way the order came; what waits for approval is asked for again by what the device has kept. */
  async function begin(path: string, body: object): Promise<void> {
    if (enrolment.value.state === 'form') enrolment.value = { state: 'sending' };
    takeAnswer(await ask('POST', path, body));
    await refresh();
  }
  const enrol = (form: EnrolmentRequest) => begin('/technician/enrolment', form);
  /** Another key under the same name: whatever came of the last order is no more. */
  const renewKey = (order: EnrolmentRequest) => {
    enrolment.value = { state: 'form', message: null };
    return begin('/technician/enrolment', { ...order, renew: true });
  };
  const enrolByScan = (text: string) => begin('/technician/enrolment/scan', { text });
  const enrolByStick = (path: string) => begin('/technician/enrolment/stick', { path });
  const resume = () => begin('/technician/enrolment/resume', {});

  async function openTrialVisit(): Promise<void> {
    const answer = await ask('POST', '/technician/trial-visit', {});
    message.value = answer.ok ? t('technician.trialOpened') : failedText(answer);
  }

  void keepFresh();
  return {
    door,
    keypadLesson,
    evacuation: createEvacuation(ask, clock),
    configuration: createConfiguration(ask, clock),
    refresh,
    status,
    lost,
    enrolment,
    form,
    message,
    ask,
    scanned,
    tests,
    selfTest,
    setAside,
    traffic,
    enrol,
    renewKey,
    enrolByScan,
    enrolByStick,
    resume,
    openTrialVisit,
    clock,
  };
}
