import { systemClock } from '../../device/clock.ts';
import { verifySignature } from '../../device/identity/suite/suite.ts';
import { builtinCalendar, builtinCatalogue, builtinPacks } from '../../device/policy/builtin.ts';
import { startReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { parentChannel } from '../supervisor/child-port.ts';
import { centreSettings } from './settings.ts';
import { trialConfiguration } from './trial-configuration.ts';

/** Entry of the built-in centre of trial mode: a process of its own, on loopback only. */
const settings = centreSettings();
const channel = parentChannel();
const policyId = settings.PINGJIAQI_CENTRE_POLICY;

const centre = await startReferenceCentre({
  dataDir: settings.PINGJIAQI_CENTRE_DATA,
  host: '127.0.0.1',
  port: settings.PINGJIAQI_CENTRE_PORT,
  enrolmentCodes: [settings.PINGJIAQI_CENTRE_CODE],
  clock: systemClock,
  verifySm2: verifySignature,
  configuration: () =>
    trialConfiguration({
      baseUrl: `http://127.0.0.1:${settings.PINGJIAQI_CENTRE_PORT}`,
      policyId,
      policyVersion: builtinPacks.get(policyId)?.version ?? '1',
      catalogueVersion: builtinCatalogue.version,
      calendarVersion: builtinCalendar.version,
      ratingPath: settings.PINGJIAQI_CENTRE_RATING_PATH,
      page: settings.PINGJIAQI_CENTRE_PAGE,
    }),
});
channel.onStop(() => centre.close());
channel.ready({ url: centre.url });
