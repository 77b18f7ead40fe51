import { Appliance } from '../../device/appliance.ts';
import { assessmentHorizonMs } from '../../device/policy/slack.ts';
import {
  applianceOptions,
  CENTRE_KEYS,
  sampleConfiguration,
  signConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { visitRequest } from './sample-window.ts';
import { SwiftClock } from './swift-clock.ts';

/** An appliance on the folder of its first argument, up to its first rating; then what an agent asks of it all day. */

/** Above the five seconds of the last screen. */
const SKIP_MS = 5_100;

const [dir = ''] = process.argv.slice(2);
const faults: unknown[] = [];
const clock = new SwiftClock();
const appliance = await Appliance.open(applianceOptions(dir, clock, faults));
if (appliance.provisioned() === null) {
  const given = { deviceId: 'bench', baseUrl: 'https://centre.example', centreKeys: CENTRE_KEYS };
  await appliance.commissioning.enrolled({ ...given, configuration: signConfiguration(sampleConfiguration()) });
}
const request = { ...visitRequest(Math.floor(clock.wallMs() / 10)), servedAt: null };
const visitId = appliance.openVisit(request, null);
if (!appliance.citizen({ type: 'rate', visitId, level: 5, language: 'zh-CN' })) throw new Error('no rating was taken');
// Counted from the start of the process: the rating is durable, and the next screen decided.
const ratedMs = performance.now();

appliance.citizen({ type: 'submit', visitId });
clock.skip(SKIP_MS);
const { outbox } = appliance;
const { pending, deferred } = await outbox.counts();
const nowMs = clock.wallMs();
await outbox.dueGroups(assessmentHorizonMs(nowMs, pending + deferred, null));
const batch = await outbox.claim({ limit: 500, maxBytes: 1_000_000 });
if (batch !== null) await outbox.release(batch.leaseId);
if (faults.length > 0) throw faults[0];
process.send?.({ ratedMs, pending });
process.on('disconnect', () => process.exit(0));
setInterval(() => undefined, 1000);
