import type { Appliance } from '../../device/appliance.ts';
import { CodedError } from '../../device/errors.ts';
import { exportBundles } from '../evacuation/bundles.ts';
import { importReceipts } from '../evacuation/receipts.ts';
import { listSticks, type Stick } from '../evacuation/sticks.ts';
import type { EvacuationApi, ExportState } from '../server/technician/evacuation.ts';

export interface EvacuationApiOptions {
  appliance: Appliance;
  /** What is plugged in now; the machine's mounts unless told. */
  sticks?: () => Promise<Stick[]>;
  /** An export that failed for no reason that a person could mend. */
  onFault: (error: unknown) => void;
}

/** Only what was listed: the page names no other folder of the machine. @throws CodedError `stick_gone` */
export async function requireStick(path: string, sticks: () => Promise<Stick[]> = listSticks): Promise<void> {
  if ((await sticks()).some((stick) => stick.path === path)) return;
  const hint = 'Put the stick in again and look at the list.';
  throw new CodedError('stick_gone', `${path} is no longer there`, { next: 'retry', hint });
}

/** Carrying data out of a running device and receipts back into it, for the technician's page and the commands. */
export function evacuationApi({ appliance, sticks = listSticks, onFault }: EvacuationApiOptions): EvacuationApi {
  const { dataDir } = appliance;
  let state: ExportState = { state: 'idle' };

  async function run(to: string): Promise<void> {
    try {
      const report = await exportBundles({
        dataDir,
        target: to,
        onProgress: ({ records, total }) => (state = { state: 'running', to, records, total }),
      });
      state = { state: 'done', to, records: report.records, files: report.written + report.kept };
    } catch (error) {
      if (!(error instanceof CodedError)) onFault(error);
      const text = error instanceof CodedError ? `${error.message}. ${error.hint}` : String(error);
      state = { state: 'failed', to, code: error instanceof CodedError ? error.code : 'internal', message: text };
    }
  }

  return {
    async view() {
      const { pending, deferred, refused } = await appliance.outbox.counts();
      return { sticks: await sticks(), waiting: pending + deferred + refused, export: state };
    },
    async start(to) {
      if (state.state === 'running') {
        const hint = 'Wait until it is done.';
        throw new CodedError('export_running', `data are being written to ${state.to}`, { next: 'retry', hint });
      }
      await requireStick(to, sticks);
      state = { state: 'running', to, records: 0, total: 0 };
      void run(to);
      return state;
    },
    importReceipts(text) {
      const provisioned = appliance.provisioned();
      if (provisioned === null) {
        const hint = 'Enrol it first.';
        throw new CodedError('not_provisioned', 'this device belongs to no centre yet', { next: 'stop', hint });
      }
      return importReceipts(appliance.ledger, provisioned.centreKeys, text);
    },
  };
}
