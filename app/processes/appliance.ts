import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Appliance } from '../../device/appliance.ts';
import { systemClock } from '../../device/clock.ts';
import { takeHandedKeys } from '../../device/identity/keeping/device-keys.ts';
import { type KeypadProfile, readKeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import { createPortOpener } from '../../device/peripherals/port/port-opener.ts';
import { readDisk } from '../../device/storage/disk-watch.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { firstAddress } from '../server/local/local-gate.ts';
import { type Servers, startServers } from '../server/servers.ts';
import { type ParentChannel, parentChannel } from '../supervisor/child-port.ts';
import { isOnTrial, proveOnCopy } from '../update/trial.ts';
import { AgentLink } from './agent-link.ts';
import { applianceApi } from './appliance-api.ts';
import { openLanTls } from './lan-tls.ts';
import { createLog, logFolder } from './log.ts';
import { watchRenewal } from './renewal-watch.ts';
import { applianceSettings, KEYPAD_PROFILES_DIR, PAGES_DIR, ROOT, VOICE_PACKS_DIR } from './settings.ts';
import { readVoicePacks, type VoicePacks } from './voice-packs.ts';

/** Entry of the appliance process: the one owner of the data folder, the peripherals and the pages. Only wires. */

const PROFILE_ON_TRIAL = 'ascii-digit';

async function readProfiles(): Promise<Map<string, KeypadProfile>> {
  const files = (await readdir(KEYPAD_PROFILES_DIR)).filter((file) => file.endsWith('.json'));
  const profiles = await Promise.all(files.map((file) => readKeypadProfile(join(KEYPAD_PROFILES_DIR, file))));
  return new Map(profiles.map((profile) => [profile.id, profile]));
}

/** Twice what a busy window takes on a day with a full disk (measured in test/integration/full-disk.test.ts). */
const RESERVE_BYTES = 64 * 1024 * 1024;

/** What the supervisor takes as a reason to start the process again. */
const DAMAGED = 3;
/** On trial, and proved on a copy of the ledger: the boot gate has the next word. */
const REHEARSED = 4;

async function openAppliance(
  settings: ReturnType<typeof applianceSettings>,
  log: Logger,
  voice: VoicePacks,
  onDamage: (problem: string) => void,
): Promise<Appliance> {
  const onFault = (error: unknown) => log.error({ err: error }, 'something failed and the window goes on');
  const trialKeypad = settings.PINGJIAQI_TRIAL_KEYPAD;
  return Appliance.open({
    dataDir: settings.PINGJIAQI_DATA,
    clock: systemClock,
    suite: settings.PINGJIAQI_SUITE,
    // What the operating system's key store takes, the shell gives to it.
    tpm: settings.PINGJIAQI_SYSTEM_STORE === 'holds' ? null : settings.PINGJIAQI_TPM,
    onTrial: isOnTrial(ROOT, packageJson.version),
    trial: settings.PINGJIAQI_TRIAL,
    trialPolicyId: settings.PINGJIAQI_TRIAL_POLICY ?? null,
    peripherals: {
      opener: createPortOpener(systemClock),
      keypadProfiles: await readProfiles(),
      ...(settings.PINGJIAQI_SCANNER === undefined ? {} : { bareScanner: settings.PINGJIAQI_SCANNER }),
      trial: trialKeypad === undefined ? {} : { keypad: { path: trialKeypad, profile: PROFILE_ON_TRIAL } },
    },
    voicePacks: voice.packs,
    storage: { reserveBytes: RESERVE_BYTES, read: readDisk },
    onDamage,
    onFault,
  });
}

/** Nothing is served: the start that follows finds this version confirmed and migrates. */
function endIfOnlyRehearsed(dataDir: string, log: Logger): void {
  if (!isOnTrial(ROOT, packageJson.version)) return;
  const steps = proveOnCopy(dataDir, packageJson.version);
  if (steps === null) return;
  log.warn({ steps }, 'the new schema held on a copy of the ledger; this version is confirmed at the next start');
  process.exit(REHEARSED);
}

async function main(channel: ParentChannel): Promise<void> {
  const settings = applianceSettings();
  if (settings.PINGJIAQI_SYSTEM_STORE === 'holds') takeHandedKeys(await channel.keys());
  const log = createLog('appliance', settings.PINGJIAQI_LOG, { folder: logFolder(settings.PINGJIAQI_DATA) });
  endIfOnlyRehearsed(settings.PINGJIAQI_DATA, log);
  const voice = await readVoicePacks(VOICE_PACKS_DIR, join(settings.PINGJIAQI_DATA, 'voice-packs'));
  for (const fault of voice.faults) log.error({ err: fault }, 'a voice pack is left out');
  const appliance = await openAppliance(settings, log, voice, (problem) => {
    log.error({ problem }, 'the ledger is damaged; starting again to save what is sound');
    void end().finally(() => process.exit(DAMAGED));
  });
  const lan = await openLanTls(settings, log);
  const link = new AgentLink({ appliance, clock: systemClock, log, version: packageJson.version });
  const api = applianceApi({
    appliance,
    link,
    settings,
    version: packageJson.version,
    voiceFaults: voice.faults.map(({ message }) => message),
    lanCertificate: () => lan.certificate,
    onRecovery: (recovery) => log.warn(recovery, 'brought back by itself'),
  });
  const localTokens = settings.PINGJIAQI_TRIAL
    ? null
    : { page: settings.PINGJIAQI_PAGE_TOKEN, console: settings.PINGJIAQI_CONSOLE_TOKEN };
  const servers: Servers = await startServers({
    api,
    logger: log,
    pagesDir: PAGES_DIR,
    localPort: settings.PINGJIAQI_LOCAL_PORT,
    lanPort: settings.PINGJIAQI_LAN_PORT,
    localTokens,
    lanHost: lan.host,
    lanTls: lan.certificate,
    lanNames: settings.PINGJIAQI_LAN_NAMES,
  });
  lan.keepFresh((files) => servers.renewTls(files));
  channel.onPeer((port) => link.connect(port));
  const { enrolment } = api;
  const stopRenewing = watchRenewal({ enrolment, clock: systemClock, onFault: appliance.onFault });
  // First no more commands, then the ledger: what a citizen was thanked for is committed either way.
  async function end(): Promise<void> {
    lan.stop();
    stopRenewing();
    await servers.close();
    link.stop();
    await appliance.close();
  }
  channel.onStop(end);
  const { citizen, technician } = servers.urls;
  channel.ready({
    ...servers.urls,
    citizen: firstAddress(citizen, localTokens),
    technician: firstAddress(technician, localTokens),
  });
}

await main(parentChannel());
