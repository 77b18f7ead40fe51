import { describe, expect, it } from 'vitest';
import { classifyOpenError, PortError } from './port-error.ts';

describe('classifyOpenError', () => {
  it.each([
    ['Error: No such file or directory, cannot open /dev/ttyUSB0', 'missing'],
    ['Error: No such device or address, cannot open /dev/ttyUSB0', 'missing'],
    ['Error: Not a directory, cannot open /dev/null/x', 'missing'],
    ['Error: Permission denied, cannot open /dev/ttyS0', 'no_permission'],
    ['Error: Operation not permitted, cannot open /dev/ttyS0', 'no_permission'],
    ['Error Resource temporarily unavailable Cannot lock port', 'busy'],
    ['Error: Device or resource busy, cannot open /dev/ttyS0', 'busy'],
    ['Error: Inappropriate ioctl for device setting custom baud rate of 9600', 'not_a_tty'],
    ['Error: Is a directory, cannot open /tmp', 'not_a_tty'],
    ['Error: Input/output error, cannot open /dev/pts/3', 'unknown'],
    ['', 'unknown'],
    ['the words No such file or directory in the middle', 'unknown'],
  ])('when the text is %j then the code is %s', (text, code) => {
    const error = classifyOpenError(new Error(text), '/dev/x');
    expect(error.code).toBe(code);
    expect(error.next).toBe('retry');
    expect(error.hint).not.toBe('');
  });

  it('when the options are of the wrong type then a person has to correct the profile', () => {
    const error = classifyOpenError(new TypeError('"baudRate" must be a number'), '/dev/x');
    expect([error.code, error.next]).toEqual(['bad_options', 'stop']);
  });

  it('when the error is sorted already then it stays as it is', () => {
    const error = new PortError('busy', 'taken');
    expect(classifyOpenError(error, '/dev/x')).toBe(error);
  });
});
