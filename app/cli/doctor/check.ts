/** One line of `doctor`: what was looked at, how it is, why, and what to do next. */
export interface Check {
  /** Of a line that page and `status` have too, the same in every language. */
  id?: string;
  name: string;
  state: 'pass' | 'warn' | 'fail';
  /** What was seen, in one sentence. */
  cause: string;
  /** What to do; null where nothing is to be done. */
  next: string | null;
}

export const pass = (name: string, cause: string): Check => ({ name, state: 'pass', cause, next: null });
export const warn = (name: string, cause: string, next: string): Check => ({ name, state: 'warn', cause, next });
export const fail = (name: string, cause: string, next: string): Check => ({ name, state: 'fail', cause, next });

/** As a terminal shows it. */
export function lineOf({ name, state, cause, next }: Check): string {
  const line = `${state.toUpperCase()}  ${name.padEnd(20)} ${cause}\n`;
  return next === null || next === '' ? line : `${line}${' '.repeat(6)}→ ${next}\n`;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The operating system's or our own name of a fault; empty where it has none. */
export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : '';
}
