import { CodedError } from '../../errors.ts';

/**
 * - `script_missing`: the program that makes pseudo-terminals is not installed
 * - `pty_failed`: it is there but made none
 */
export type PtyErrorCode = 'script_missing' | 'pty_failed';

export class PtyError extends CodedError<PtyErrorCode> {
  constructor(code: PtyErrorCode, message: string, cause?: unknown) {
    const hint =
      code === 'script_missing'
        ? 'Install the package that brings the program script (on Debian: bsdutils).'
        : 'Check that /dev/pts is mounted and that script, stty and tty are those of a Linux system.';
    super(code, message, { next: 'stop', hint, cause });
  }
}
