/** What came of a request: the body of a success, or words for a person. */
export type Answer =
  | { ok: true; body: unknown }
  | { ok: false; code: string; detail: string | null; retryAfterS?: number };

interface Problem {
  title?: unknown;
  detail?: unknown;
  code?: unknown;
  retryAfterS?: unknown;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Whoever presses a button wants an answer; a server on the same machine or LAN that needs longer is in trouble. */
const TIME_LIMIT_MS = 15_000;

async function answerOf(response: Response): Promise<Answer> {
  const body: unknown = response.status === 204 ? null : await response.json();
  if (response.ok) return { ok: true, body };
  const problem = (body ?? {}) as Problem;
  return {
    ok: false,
    code: textOf(problem.code) ?? String(response.status),
    detail: textOf(problem.detail) ?? textOf(problem.title),
    ...(typeof problem.retryAfterS === 'number' ? { retryAfterS: problem.retryAfterS } : {}),
  };
}

/** Sends `body` (if any) as JSON to a path of this page's own server. Never rejects. */
export async function request(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer> {
  const options: RequestInit = { method, cache: 'no-store', signal: AbortSignal.timeout(TIME_LIMIT_MS) };
  if (body !== undefined) {
    options.headers = { 'content-type': 'application/json' };
    options.body = JSON.stringify(body);
  }
  try {
    return await answerOf(await fetch(path, options));
  } catch {
    return { ok: false, code: 'unreachable', detail: null };
  }
}
