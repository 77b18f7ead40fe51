import { w } from './words.ts';

/** Rates that boxes are sold with (peripherals reference, a.1: 9600 nearly always). */
const BAUD_RATES = [9600, 19_200, 38_400, 57_600, 115_200];

export const USUAL_BAUD_RATE = 9600;

export interface PortFieldsProps {
  /** Before `-path` and `-baud`: the ids of the fields. */
  id: string;
  path: string;
  baudRate: number;
  onPath: (path: string) => void;
  onBaudRate: (baudRate: number) => void;
  /** A port is open and cannot be exchanged. */
  disabled?: boolean;
}

/** Which port, and how fast it speaks. */
export function PortFields({ id, path, baudRate, onPath, onBaudRate, disabled = false }: PortFieldsProps) {
  return (
    <>
      <label for={`${id}-path`}>{w('lesson.path')}</label>
      <input
        id={`${id}-path`}
        required={!disabled}
        disabled={disabled}
        spellcheck={false}
        placeholder="/dev/serial/by-id/…"
        value={path}
        onInput={(event) => onPath(event.currentTarget.value)}
      />
      <label for={`${id}-baud`}>{w('lesson.baud')}</label>
      <select
        id={`${id}-baud`}
        disabled={disabled}
        value={baudRate}
        onChange={(event) => onBaudRate(Number(event.currentTarget.value))}
      >
        {BAUD_RATES.map((rate) => (
          <option key={rate} value={rate}>
            {rate}
          </option>
        ))}
      </select>
    </>
  );
}
