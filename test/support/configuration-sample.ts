import type { ConfigurationView } from '../../app/server/technician/configuration.ts';
import { settingsInForce } from '../../device/identity/settings-catalogue.ts';
import { sampleConfiguration } from '../../device/testing/appliance-fixture.ts';

const settings = {
  layout: 'best-left',
  hours: [{ from: '09:00', to: '17:30' }],
  technician: { codeKey: 'A'.repeat(43) },
};

/** A device in service with a signed configuration on a stick, as the technician's page is told. */
export const configurationSample: ConfigurationView = {
  version: 7,
  settings: settingsInForce(sampleConfiguration({ version: 7, settings })),
  files: ['/media/stick/pingjiaqi-8.jws'],
};
