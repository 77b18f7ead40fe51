import { CodedError } from '../../errors.ts';

/**
 * What can go wrong with a port.
 * - opening: `missing`, `no_permission`, `busy`, `not_a_tty`, `bad_options`, `open_timeout`, `unknown`; over the network
 *   also `refused`, `unreachable`, `bad_path`; by fingerprint also `ambiguous`
 * - losing an open port: `disconnected` (the system said so), `path_gone` and `path_replaced` (we found out), `silent`
 *   (the device no longer answers)
 * - writing: `write_timeout`, `write_busy` (an earlier write is still stuck), `write_failed`, `not_open`
 */
export type PortErrorCode = keyof typeof PORT_HINTS;

/** What a technician does about each. */
export const PORT_HINTS = {
  missing: 'Check that the device is plugged in and that the configured path is the right one.',
  no_permission: 'Let the service user into the group that owns the port (on Debian: dialout).',
  busy: 'Another program holds the port; stop it or configure another path.',
  not_a_tty: 'The configured path is no serial port; choose one under /dev/serial/by-id.',
  bad_options: 'Correct baud rate, data bits, parity and stop bits in the device profile.',
  refused: 'The serial server takes no connection; check its raw TCP port and that nobody else is connected.',
  unreachable: 'Check the network cable, the address in the configuration and the power of the serial server.',
  bad_path:
    'Correct the path in the configuration: a serial device, tcp://host:port, udp://address:port?listen=port, or usb:vvvv:pppp.',
  ambiguous:
    'Name the port itself in the configuration, best one below /dev/serial/by-id: what is given fits more than this device.',
  silent: 'The device does not answer; check its power, its cable and the line speed of its profile.',
  open_timeout: 'The driver did not answer; unplug the device and plug it in again.',
  disconnected: 'Check plug and cable; the port is reopened by itself.',
  path_gone: 'Check plug and cable; the port is reopened by itself.',
  path_replaced: 'The device came back under the same name; the port is reopened by itself.',
  write_timeout: 'The device does not take data; check its power and its flow control setting.',
  write_busy: 'The device does not take data; check its power and its flow control setting.',
  write_failed: 'Check plug and cable; the port is reopened by itself.',
  not_open: 'Wait until the port is ready again.',
  unknown: 'Note the message for the manufacturer; the port is tried again by itself.',
} as const;

/** Every failure of a port. `bad_options` and `bad_path` need a person; all others may pass by themselves. */
export class PortError extends CodedError<PortErrorCode> {
  constructor(code: PortErrorCode, message: string, cause?: unknown) {
    super(code, message, { next: code.startsWith('bad_') ? 'stop' : 'retry', hint: PORT_HINTS[code], cause });
  }
}

/** serialport gives open errors no code, only the system's text, so the text is all there is to sort by. */
const OPEN_ERRORS: readonly (readonly [prefix: string, code: PortErrorCode])[] = [
  ['Error: No such file or directory', 'missing'],
  ['Error: No such device', 'missing'],
  ['Error: Not a directory', 'missing'],
  ['Error: Permission denied', 'no_permission'],
  ['Error: Operation not permitted', 'no_permission'],
  ['Error Resource temporarily unavailable Cannot lock port', 'busy'],
  ['Error: Device or resource busy', 'busy'],
  ['Error: Inappropriate ioctl for device', 'not_a_tty'],
  ['Error: Is a directory', 'not_a_tty'],
];

/** Sorts what a failed opening threw. @param path the port's path, for the message */
export function classifyOpenError(error: unknown, path: string): PortError {
  if (error instanceof PortError) return error;
  if (error instanceof TypeError) return new PortError('bad_options', `cannot open ${path}: ${error.message}`, error);
  const text = error instanceof Error ? error.message : String(error);
  const code = OPEN_ERRORS.find(([prefix]) => text.startsWith(prefix))?.[1] ?? 'unknown';
  return new PortError(code, `cannot open ${path}: ${text}`, error);
}

const SOCKET_ERRORS: ReadonlyMap<unknown, PortErrorCode> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ETIMEDOUT', 'unreachable'],
  ['ENOTFOUND', 'unreachable'],
  ['EAI_AGAIN', 'unreachable'],
  ['EADDRINUSE', 'busy'],
  ['EACCES', 'no_permission'],
]);

/** Sorts what a failed connection gave. @param path the port's path, for the message */
export function classifySocketError(error: unknown, path: string): PortError {
  const known = error instanceof Error && 'code' in error ? SOCKET_ERRORS.get(error.code) : undefined;
  return new PortError(known ?? 'unknown', `cannot open ${path}: ${String(error)}`, error);
}
