/** What the agent asks of a log; a pino logger is one. Fields are plain data without personal content (design §2.7). */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}
