import { signal } from '@preact/signals';
import type { Clock } from '../../../device/clock.ts';
import type { Finding } from '../../../device/peripherals/trial/hearing.ts';
import type { TrialReport } from '../../../device/peripherals/trial/port-bench.ts';
import type { Answer, request } from '../shared/post.ts';
import { answerText } from './answer-text.ts';
import { hintText } from './check-words.ts';
import { w } from './words.ts';

const LOOK_EVERY_MS = 500;
const PATH = '/technician/port-trial';

export type PortTrialModel = ReturnType<typeof createPortTrial>;

const speedText = (baudRate: number | null) =>
  baudRate === null ? w('trial.speed.own') : w('trial.speed', { baud: baudRate });

/** What the technician is told to do, or what came of it. */
export function trialText(trial: TrialReport): string {
  const { state, outcome, baudRate, line, lines, hint } = trial;
  if (state === 'opening') return w('trial.opening');
  if (state !== 'over')
    return w(state === 'listen' ? 'trial.listen' : 'trial.ask', { speed: speedText(baudRate), line, lines });
  if (outcome === 'none') return addressText(trial) ?? w('trial.none');
  return w(`trial.${outcome ?? 'stopped'}`, { hint: hintText(hint ?? '') });
}

/** Why a profile fits. */
export function fitText({ baudRate, keysHeard, keysOf, understood, unknown, canGrade }: Finding): string {
  const why = w('trial.why', { speed: speedText(baudRate), keys: keysHeard, of: keysOf, understood, unknown });
  return canGrade ? why : `${why}${w('trial.prompts')}`;
}

/** What came at each speed where nothing fits. */
export function nearTexts({ outcome, tried }: TrialReport): string[] {
  if (outcome !== 'none') return [];
  return tried.flatMap(({ baudRate, bytes }) =>
    bytes === 0 ? [] : [w('trial.near', { speed: speedText(baudRate), bytes })],
  );
}

function addressText({ tried }: TrialReport): string | null {
  const near = tried.flatMap(({ nearest }) => nearest).find(({ otherAddresses }) => otherAddresses.length > 0);
  const addresses = near?.otherAddresses.map((address) => `0x${address.toString(16).padStart(2, '0')}`).join('、');
  return addresses === undefined ? null : w('trial.address', { addresses });
}

/** Trying a port until a known box fits. It goes on while its page is away, and ends by itself. */
export function createPortTrial(ask: typeof request, clock: Clock) {
  const trial = signal<TrialReport | null>(null);
  const message = signal<string | null>(null);
  let isLooking = false;

  const isRunning = () => trial.value !== null && trial.value.state !== 'over';

  function take(answer: Answer): void {
    message.value = answer.ok ? null : w('trial.refused', { message: answerText(answer) });
    if (answer.ok) trial.value = (answer.body as { trial: TrialReport | null }).trial;
    if (!isRunning() || isLooking) return;
    isLooking = true;
    clock.setTimer(LOOK_EVERY_MS, () => {
      isLooking = false;
      void look();
    });
  }

  const look = async () => take(await ask('GET', PATH));
  const post = async (path: string, body: unknown = {}) => take(await ask('POST', `${PATH}${path}`, body));
  return {
    trial,
    message,
    look,
    isRunning,
    begin: (path: string) => post('', { path }),
    stop: () => post('/stop'),
    use: (profileId: string) => post('/use', { profileId }),
  };
}
