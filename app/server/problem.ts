import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { CodedError } from '../../device/errors.ts';
import { StaffError } from '../../device/staff/staff-error.ts';

/** RFC 9457: what every refusal of this server looks like. */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  code: string;
  detail: string;
  /** What to do about it. */
  hint?: string;
  /** How long to wait before asking again, s. */
  retryAfterS?: number;
  /** Every fault of the input at once, each with the field it is in. */
  faults?: { field: string; fault: string }[];
}

const STATUS: Record<string, number> = {
  visit_unknown: 404,
  case_known: 409,
  visit_closed: 409,
  earlier_visit_open: 409,
  citizen_is_rating: 409,
  learning_already: 409,
  trial_already: 409,
  port_in_use: 409,
  does_not_fit: 409,
  already_paused: 409,
  not_paused: 409,
  idempotency_conflict: 409,
  window_full: 503,
  not_provisioned: 503,
  unauthorized: 401,
  forbidden: 403,
  scope_missing: 403,
  code_wrong: 401,
  order_unusable: 400,
  stick_gone: 404,
  file_changed: 409,
  code_used: 401,
  access_locked: 429,
  pin_wrong: 401,
  not_signed_in: 401,
  role_missing: 403,
  sign_in_locked: 429,
  sign_in_busy: 503,
  form_unknown: 404,
  form_entered: 409,
  form_waits: 409,
  form_not_entered: 409,
  form_same_person: 403,
  paper_date_wrong: 400,
};

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authorized',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  503: 'Not available now',
};

export function problem(status: number, code: string, detail: string, more: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', title: TITLES[status] ?? 'Error', status, code, detail, ...more };
}

function fromError(error: FastifyError): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.map((issue) => ({
      field: `${error.validationContext ?? 'body'}${issue.instancePath.replaceAll('/', '.')}`,
      fault: issue.message ?? 'not valid',
    }));
    return problem(400, 'invalid', faults.map(({ field, fault }) => `${field}: ${fault}`).join('; '), { faults });
  }
  if (error instanceof CodedError) {
    const retryAfterS = error instanceof StaffError ? error.retryAfterS : null;
    const more = retryAfterS === null ? {} : { retryAfterS };
    return problem(STATUS[error.code] ?? 503, error.code, error.message, { hint: error.hint, ...more });
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return problem(status, (error.code ?? 'refused').toLowerCase(), error.message);
  return problem(500, 'internal', 'the device could not do this; nothing was kept');
}

/** Every error leaves as `application/problem+json`; unexpected ones are logged whole and told as little. */
export function answerWithProblems(server: FastifyInstance): void {
  server.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const answer = fromError(error);
    if (answer.status >= 500) request.log.error({ err: error }, 'request failed');
    if (error instanceof StaffError && error.retryAfterS !== null) void reply.header('retry-after', error.retryAfterS);
    return sendProblem(reply, answer);
  });
  server.setNotFoundHandler((_request, reply) => sendProblem(reply, problem(404, 'not_found', 'no such resource')));
}

export function sendProblem(reply: FastifyReply, answer: Problem): FastifyReply {
  return reply.status(answer.status).type('application/problem+json').send(JSON.stringify(answer));
}
