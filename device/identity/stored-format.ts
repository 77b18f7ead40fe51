/**
 * Formats of the stored provisioning. A configuration stays as its centre signed it, so what is stored is never rewritten
 * at a start: it is read through the steps that came after it, and a version that is taken back finds what it wrote. The
 * file takes the newest format with the next document that is accepted; the one before it is then kept aside.
 *
 * A released step is never edited. Each leaves alone what is already in its shape. An offered document goes through none:
 * the centre is told its faults.
 */

interface Step {
  /** The format that it makes; a file without a number is of the first, 10. */
  number: number;
  purpose: string;
  payload(payload: Record<string, unknown>): Record<string, unknown>;
}

export const FIRST_FORMAT = 10;

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const STEPS: readonly Step[] = [
  {
    number: 20,
    purpose: 'the button box is one of the peripherals',
    payload(payload) {
      const { settings } = payload;
      if (!isTable(settings) || !('keypad' in settings)) return payload;
      const { keypad, ...others } = settings;
      const peripherals = isTable(others.peripherals) ? others.peripherals : {};
      return { ...payload, settings: { ...others, peripherals: { keypad, ...peripherals } } };
    },
  },
];

export const NEWEST_FORMAT = STEPS.reduce((newest, { number }) => Math.max(newest, number), FIRST_FORMAT);

/**
 * A payload as the newest format has it.
 * @param format under which it was accepted; a number from later software changes nothing
 */
export function upgradePayload(payload: unknown, format: number): unknown {
  if (!isTable(payload)) return payload;
  return STEPS.filter(({ number }) => number > format).reduce((now, step) => step.payload(now), payload);
}
