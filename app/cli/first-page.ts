import { ask, type TechnicianDoor } from './enrolment.ts';

/** What a device shows when it is switched on: the citizen's screen, or the technician's page while it has no configuration. */
export async function firstPage(urls: { citizen: string; technician: string }, door: TechnicianDoor): Promise<string> {
  const { provisioned } = await ask<{ provisioned: boolean }>(door, '/technician/status');
  return provisioned ? urls.citizen : urls.technician;
}
