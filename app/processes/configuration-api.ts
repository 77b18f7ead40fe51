import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Appliance } from '../../device/appliance.ts';
import type { DryRun } from '../../device/configuration-check.ts';
import { CodedError } from '../../device/errors.ts';
import { readConfigurationFile } from '../../device/identity/configuration-file.ts';
import { settingsInForce } from '../../device/identity/settings-catalogue.ts';
import type { ConfigurationApi, ConfigurationSource } from '../server/technician/configuration.ts';
import { STICK_ROOTS, stickFiles } from './stick-files.ts';

const CONFIGURATION_FILE = /^pingjiaqi[\w.-]*\.jws$/i;
const MAX_FILE_BYTES = 8 * 1024 * 1024;

const digestOf = (jws: string) => createHash('sha256').update(jws).digest('hex');

/**
 * A configuration that somebody brings by hand, where a hall has no network to its centre: signed like any other.
 * @param stickRoots folders in which sticks appear
 */
export function configurationApi(appliance: Appliance, stickRoots: readonly string[] = STICK_ROOTS): ConfigurationApi {
  const files = () => stickFiles(stickRoots, CONFIGURATION_FILE, MAX_FILE_BYTES);

  function documentOf(source: ConfigurationSource): string {
    if ('text' in source) return readConfigurationFile(source.text);
    // Only what was listed: the page names no other file of the machine.
    if (!files().includes(source.path)) throw gone(source.path);
    return readConfigurationFile(readFileSync(source.path, 'utf8'));
  }

  async function judge(jws: string) {
    return { ...(await appliance.tryConfiguration(jws)), sha256: digestOf(jws) };
  }

  return {
    view() {
      const document = appliance.provisioned()?.document ?? null;
      return { version: document?.version ?? null, settings: settingsInForce(document), files: files() };
    },
    check: (source) => judge(documentOf(source)),
    async apply(source, sha256) {
      const jws = documentOf(source);
      if (digestOf(jws) !== sha256) throw changed();
      const answer = await judge(jws);
      await takeUp(appliance, jws, answer);
      return answer;
    },
  };
}

/** A refusal has been told with the dry run; here it leaves its trace as well. */
async function takeUp(appliance: Appliance, jws: string, { verdict }: DryRun): Promise<void> {
  try {
    await appliance.offerConfiguration(jws);
  } catch (error) {
    if (verdict !== 'refused' || !(error instanceof CodedError)) throw error;
  }
}

function gone(path: string): CodedError {
  const hint = 'Put the stick in again and look at the list.';
  return new CodedError('stick_gone', `${path} is no longer there`, { next: 'retry', hint });
}

function changed(): CodedError {
  const hint = 'Check it again and look at what would change.';
  return new CodedError('file_changed', 'this is not the document that was checked', { next: 'retry', hint });
}
