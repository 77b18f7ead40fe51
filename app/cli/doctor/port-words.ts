import type { TrafficLine } from '../../../device/peripherals/port-tap.ts';
import type { Finding } from '../../../device/peripherals/trial/hearing.ts';
import type { ListeningView } from '../../../device/peripherals/trial/listening.ts';
import type { TrialReport } from '../../../device/peripherals/trial/port-bench.ts';
import { formatTime } from '../../../device/time.ts';

/** The words of `pingjiaqi port`. Pure. */

const speed = (baudRate: number | null) => (baudRate === null ? 'the speed of the serial server' : `${baudRate} bit/s`);

/** What is being done now. */
export function trialStep({ state, line, lines, baudRate }: TrialReport): string {
  const at = `${speed(baudRate)} (${line} of ${lines})`;
  if (state === 'opening') return 'Opening the port.';
  if (state === 'listen') return `Press every key, one after the other: listening at ${at}.`;
  return `Nothing came, so the box is asked at ${at}. Go on pressing.`;
}

/** What came of it and why, and what to do next. */
export function trialLines(trial: TrialReport): string[] {
  switch (trial.outcome) {
    case 'fits':
      return [...trial.fits.map((fit) => `Fits: ${why(fit)}.`), ...trial.fits.map(nextStep)];
    case 'none':
      return [
        'Nothing fits what came.',
        ...trial.tried.flatMap(({ baudRate, bytes, nearest }) =>
          bytes === 0
            ? []
            : [`  ${speed(baudRate)}: ${bytes} bytes${nearest[0] ? `, nearest ${why(nearest[0])}` : ''}.`],
        ),
        addressAdvice(trial) ??
          'Teach it: pingjiaqi learn-keypad --path … --baud …; or see what comes: pingjiaqi port listen …',
      ];
    case 'silent':
      return ['Not one byte came at any speed: check power and cable (crossed or straight), and press keys meanwhile.'];
    case 'port':
      return [`The port could not be used. ${trial.hint ?? ''}`.trim()];
    case 'citizen':
      return ['A citizen is being asked, so the port was given back. Try again when the window is idle.'];
    default:
      return ['Stopped.'];
  }
}

function why({ profileId, baudRate, keysHeard, keysOf, understood, unknown, badFrames }: Finding): string {
  const damaged = badFrames === 0 ? '' : `, ${badFrames} damaged frames`;
  const heard = `${keysHeard} of ${keysOf} keys, ${understood} messages understood`;
  return `${profileId} at ${speed(baudRate)}: ${heard}, ${unknown} bytes unexplained${damaged}`;
}

function nextStep({ profileId, canGrade }: Finding): string {
  const prompts = canGrade ? '' : ' It has not five equal grades, so it prompts and the screen rates.';
  return `  To use it here: the same command with --use ${profileId}, or name it in the configuration.${prompts}`;
}

function addressAdvice({ tried }: TrialReport): string | null {
  const near = tried.flatMap(({ nearest }) => nearest).find(({ otherAddresses }) => otherAddresses.length > 0);
  if (near === undefined) return null;
  const addresses = near.otherAddresses.map((address) => `0x${address.toString(16).padStart(2, '0')}`).join(', ');
  return `Whole frames of ${near.profileId} came, of address ${addresses}: set the box to the address of the profile, or teach it: pingjiaqi learn-keypad.`;
}

export function trafficLine({ at, direction, bytes, hex, frame }: TrafficLine): string {
  const what = hex === '' ? `${bytes} bytes` : hex;
  const time = formatTime(at).slice(11, 23);
  return `${time} ${direction === 'in' ? '<' : '>'} ${what}${frame === null ? '' : `   ${frame}`}`;
}

/** Why listening ended. */
export function endText(listening: ListeningView | null): string {
  switch (listening?.end) {
    case 'port':
      return `The port could not be used. ${listening.hint ?? ''}`.trim();
    case 'citizen':
      return 'A citizen is being asked, so the port was closed.';
    case 'time':
      return 'Ten minutes are over; the port is closed.';
    default:
      return 'The port is closed.';
  }
}
