import { readFileSync } from 'node:fs';
import type { Appliance } from '../../device/appliance.ts';
import { CodedError } from '../../device/errors.ts';
import {
  dropPending,
  type EnrolmentOrder,
  keepPending,
  pendingOrder,
  readOrder,
} from '../../device/identity/enrolment-order.ts';
import { loadWay, maskedNetwork, saveNetwork } from '../../device/identity/network-settings.ts';
import { qrSvg } from '../../device/identity/qr.ts';
import type { EnrolmentApi } from '../server/technician/enrolment-routes.ts';
import type { EnrolmentAnswer } from '../server/technician/status.ts';
import type { AgentLink } from './agent-link.ts';
import { STICK_ROOTS, stickFiles } from './stick-files.ts';

const ORDER_FILE = /^pingjiaqi[\w.-]*\.json$/i;
const MAX_ORDER_BYTES = 256 * 1024;

export interface EnrolmentApiOptions {
  appliance: Appliance;
  link: Pick<AgentLink, 'enrol'>;
  /** Folders in which sticks appear. */
  stickRoots?: readonly string[] | undefined;
}

/** Bringing a device to its centre, by whichever way the order comes. */
export function enrolmentApi({ appliance, link, stickRoots = STICK_ROOTS }: EnrolmentApiOptions): EnrolmentApi {
  const { dataDir } = appliance;
  const orders = () => stickFiles(stickRoots, ORDER_FILE, MAX_ORDER_BYTES);

  async function enrol(order: EnrolmentOrder): Promise<EnrolmentAnswer> {
    const { baseUrl, code, proxy, ca, nameServers, renew = false, suite = null } = order;
    if (!renew && appliance.provisioned() !== null) return alreadyEnrolled(appliance);
    if (proxy !== undefined || ca !== undefined || nameServers !== undefined) {
      const way = loadWay(dataDir);
      const network = { proxy: proxy ?? way.proxy, ca: ca ?? way.ca, nameServers: nameServers ?? way.nameServers };
      saveNetwork(dataDir, network);
    }
    // First on disk, then asked: what a person approves meanwhile is fetched after a power cut.
    // A key that does not open, as on the disk of another machine, could ask and then never sign.
    const isLost = appliance.keyKeeping().fault !== null;
    const next = renew || isLost ? appliance.commissioning.nextKey(suite) : null;
    keepPending(dataDir, { ...order, ...(next === null ? {} : { renew: true, key: next.name }) });
    const answer = await link.enrol({ baseUrl, code }, next);
    if (answer.outcome === 'enrolled' || answer.outcome === 'refused') dropPending(dataDir);
    return answer;
  }

  return {
    enrol,
    enrolText: (text, from) => enrol(readOrder(text, from)),
    pending: () => pendingOrder(dataDir)?.baseUrl ?? null,
    isRenewing: () => pendingOrder(dataDir)?.renew === true,
    async resume() {
      const pending = pendingOrder(dataDir);
      if (pending === null) return null;
      const { key, ...order } = pending;
      const provisioned = appliance.provisioned();
      const isDone = provisioned !== null && (order.renew !== true || provisioned.key === key);
      if (!isDone) return enrol(order);
      // Cut off behind the last step but this one.
      dropPending(dataDir);
      return { outcome: 'enrolled', deviceId: provisioned.deviceId };
    },
    sticks: orders,
    fromStick(path) {
      // Only what was listed: the page names no other file of the machine.
      if (!orders().includes(path)) {
        const hint = 'Put the stick in again and look at the list.';
        throw new CodedError('stick_gone', `${path} is no longer there`, { next: 'retry', hint });
      }
      return enrol(readOrder(readFileSync(path, 'utf8'), path));
    },
    identity: () => ({
      fingerprint: appliance.key.fingerprint,
      alg: appliance.key.alg,
      keptIn: appliance.keyKeeping().keptIn,
      qrSvg: qrSvg(appliance.key.fingerprint),
    }),
    network: () => maskedNetwork(loadWay(dataDir)),
    setNetwork(settings) {
      saveNetwork(dataDir, settings);
      appliance.commissioning.connectionChanged();
    },
  };
}

/** Nothing is asked: another centre would take over records that are this one's. */
function alreadyEnrolled(appliance: Appliance): EnrolmentAnswer {
  const { deviceId = '', baseUrl = '' } = appliance.provisioned() ?? {};
  const message = `This device is ${deviceId} of ${baseUrl}. An order with "renew": true gives it a new key.`;
  return { outcome: 'refused', code: 'already_enrolled', message };
}
