import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AccessRole } from '../../../device/identity/access-code.ts';
import type { ApplianceApi } from '../api.ts';
import { tokenCookie } from '../cookie.ts';
import type { LocalGate } from '../local/local-gate.ts';
import { problem, sendProblem } from '../problem.ts';

export const technicianCookie = tokenCookie('pingjiaqi_technician');

/**
 * What whoever asks may do on the maintenance page; null: nothing before a code was entered. A bare device is open to
 * its own window, since nobody holds a code for it yet; trial mode is open (design §7).
 */
export function technicianRole(request: FastifyRequest, api: ApplianceApi, gate: LocalGate): AccessRole | null {
  if (api.trial || gate.isConsole(request)) return 'change';
  if (!gate.mayUse(request)) return null;
  if (api.access.isBare()) return 'change';
  return api.access.session(technicianCookie.read(request))?.role ?? null;
}

/** Every route of the scope needs a session; whatever is no GET needs one that may change something. */
export function requireTechnician(scope: FastifyInstance, api: ApplianceApi, gate: LocalGate): void {
  scope.addHook('onRequest', async (request, reply) => {
    const role = technicianRole(request, api, gate);
    if (role === 'change' || (role === 'look' && request.method === 'GET')) return;
    const answer =
      role === null
        ? problem(401, 'code_needed', 'the maintenance page is locked', { hint: 'Enter a one-time code.' })
        : problem(403, 'role_missing', 'this code was for looking only', {
            hint: 'Ask for a code of the role change.',
          });
    await sendProblem(reply, answer);
  });
}
