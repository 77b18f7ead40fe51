import { AgentLink } from '../../app/processes/agent-link.ts';
import { applianceApi } from '../../app/processes/appliance-api.ts';
import { createLog } from '../../app/processes/log.ts';
import { applianceSettings, PAGES_DIR } from '../../app/processes/settings.ts';
import { startServers } from '../../app/server/servers.ts';
import { parentChannel } from '../../app/supervisor/child-port.ts';
import { Appliance } from '../../device/appliance.ts';
import { createSerialPortOpener } from '../../device/peripherals/port/serialport-opener.ts';
import { SwiftClock } from './swift-clock.ts';

/**
 * The appliance process as the product starts it (app/processes/appliance.ts), with the one difference that the last
 * screen of a visit, once sent to the page, is over at once.
 */

const VERSION = 'bench';
/** Above the five seconds of the last screen, and of the grid on which the staff side learns of a visit's end. */
const SKIP_MS = 5_100;

const channel = parentChannel();
const settings = applianceSettings();
const log = createLog('appliance', settings.PINGJIAQI_LOG);
const clock = new SwiftClock();
const appliance = await Appliance.open({
  dataDir: settings.PINGJIAQI_DATA,
  clock,
  trial: settings.PINGJIAQI_TRIAL,
  trialPolicyId: null,
  peripherals: { opener: createSerialPortOpener(clock), keypadProfiles: new Map() },
  onDamage: (problem) => log.error({ problem }, 'the ledger is damaged'),
  onFault: (error) => log.error({ err: error }, 'something failed and the window goes on'),
});
const link = new AgentLink({ appliance, clock, log, version: VERSION });
const api = applianceApi({ appliance, link, settings, version: VERSION });
const servers = await startServers({
  api,
  logger: log,
  pagesDir: PAGES_DIR,
  localPort: 0,
  lanPort: 0,
  lanHost: '127.0.0.1',
  localTokens: null,
  lanTls: null,
});

appliance.subscribe(() => {
  const { screen } = appliance.citizenView();
  if (screen === 'thanks' || screen === 'ended') setImmediate(() => clock.skip(SKIP_MS));
});
channel.onPeer((port) => link.connect(port));
channel.onStop(async () => {
  await servers.close();
  link.stop();
  await appliance.close();
});
channel.ready(servers.urls);
