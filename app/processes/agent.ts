import { systemClock } from '../../device/clock.ts';
import { readBootId } from '../../device/clock-block.ts';
import { takeHandedKeys } from '../../device/identity/keeping/device-keys.ts';
import { loadWay } from '../../device/identity/network-settings.ts';
import { newId } from '../../device/new-id.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type Agent, startAgent } from '../../sync/agent.ts';
import { referenceFamily } from '../../sync/connectors/reference/connector.ts';
import { minuteTicker } from '../../sync/ticker.ts';
import { createTrustClock } from '../../sync/trust-clock.ts';
import { parentChannel } from '../supervisor/child-port.ts';
import { deviceSigner } from './device-signer.ts';
import { createLog, logFolder } from './log.ts';
import { agentSettings } from './settings.ts';

/** Entry of the agent process: from the appliance's outbox to receipts. Keeps nothing; may be killed at any time. */

const settings = agentSettings();
const log = createLog('agent', settings.PINGJIAQI_LOG, { folder: logFolder(settings.PINGJIAQI_DATA) });
const channel = parentChannel();

/**
 * So young a machine has just been switched on, and perhaps its region with it. Monotonic time runs from its boot, so an
 * agent that was only restarted goes on at once; in trial mode there is no region.
 */
const COLD_BOOT_MS = 5 * 60_000;
const isColdBoot = !settings.PINGJIAQI_TRIAL && systemClock.monotonicMs() < COLD_BOOT_MS;
const firstContactSpreadMs = isColdBoot ? settings.PINGJIAQI_FIRST_CONTACT_S * 1000 : 0;

let agent: Agent | null = null;

channel.onPeer((port) => {
  const trustClock = createTrustClock(systemClock);
  agent = startAgent({
    port,
    family: referenceFamily({
      clock: systemClock,
      trustClock,
      signerFor: ({ deviceId }) => deviceSigner(settings.PINGJIAQI_DATA, deviceId),
      newId,
      version: packageJson.version,
      bootId: readBootId(),
      way: () => loadWay(settings.PINGJIAQI_DATA),
    }),
    clock: systemClock,
    trustClock,
    random: Math.random,
    ticker: minuteTicker(Math.floor(Math.random() * 60)),
    log,
    firstContactSpreadMs,
  });
});
channel.onStop(async () => {
  await agent?.stop();
});
// The window's shell hands over what only it can unwrap, before the first signature is asked for.
if (settings.PINGJIAQI_SYSTEM_STORE === 'holds') takeHandedKeys(await channel.keys());
channel.ready({});
