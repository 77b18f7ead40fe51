import { CodedError } from '../../../device/errors.ts';
import { loadProvisioning, type Provisioned } from '../../../device/identity/provisioning.ts';
import { checkCentre } from './centre.ts';
import { type Check, fail, messageOf, pass, warn } from './check.ts';
import { checkClock, checkDisk, checkFolder, checkLedger, checkNode } from './machine.ts';
import { checkBrowser, checkPeripherals, checkSerial } from './peripherals.ts';

async function checkProvisioning(dir: string): Promise<{ check: Check; provisioned: Provisioned | null }> {
  const name = 'provisioning';
  try {
    const provisioned = await loadProvisioning(dir);
    if (provisioned === null) {
      const next = 'Enrol it: pingjiaqi provision --file F, or on the technician’s page.';
      return { check: warn(name, 'This device belongs to no centre yet.', next), provisioned };
    }
    const { deviceId, document } = provisioned;
    const cause = `Device ${deviceId}, window ${document.window.number}, configuration ${document.version}.`;
    return { check: pass(name, cause), provisioned };
  } catch (error) {
    const hint = error instanceof CodedError ? error.hint : 'Check disk and rights.';
    return { check: fail(name, `${messageOf(error)}.`, hint), provisioned: null };
  }
}

/** All checks of a data folder, in the order in which a technician mends them. Changes nothing; the device may run. */
export async function examine(dir: string, nowMs: number): Promise<Check[]> {
  const { check, provisioned } = await checkProvisioning(dir);
  return [
    checkNode(process.version),
    checkFolder(dir),
    checkDisk(dir),
    checkClock(dir, nowMs),
    checkLedger(dir),
    check,
    ...(provisioned === null ? [] : await checkCentre(provisioned.baseUrl, provisioned.deviceId, nowMs)),
    await checkSerial(),
    ...checkPeripherals(provisioned?.document.settings.peripherals ?? {}),
    checkBrowser(),
  ];
}
