import { useEffect, useState } from 'preact/hooks';
import type { DeviceIdentity } from '../../server/technician/status.ts';
import { keptWhole } from './options.tsx';
import type { TechnicianModel } from './technician-model.ts';
import { w } from './words.ts';

/** The device's key as a person compares it with the centre's display, and where its private half is. */
export function IdentityPanel({ model }: { model: TechnicianModel }) {
  // Another key is another fingerprint to compare.
  const inForce = model.status.value?.device?.keyFingerprint;
  const [identity, setIdentity] = useState<DeviceIdentity | null>(null);
  useEffect(() => {
    void model.ask('GET', '/technician/identity').then((answer) => {
      if (answer.ok) setIdentity(answer.body as DeviceIdentity);
    });
  }, [model, inForce]);
  if (identity?.qrSvg === undefined) return null;
  return (
    <section class="card identity" aria-labelledby="identity-title">
      <h2 id="identity-title">{w('identity.title')}</h2>
      <img
        src={`data:image/svg+xml;utf8,${encodeURIComponent(identity.qrSvg)}`}
        alt={`${w('identity.fingerprint')} ${identity.fingerprint}`}
        width="160"
        height="160"
      />
      <dl class="door-facts">
        <dt>{w('identity.fingerprint')}</dt>
        <dd>{keptWhole(identity.fingerprint)}</dd>
        <dt>{w('identity.alg')}</dt>
        <dd>{identity.alg}</dd>
      </dl>
      <p class="quiet">{w('identity.compare')}</p>
      <p class="quiet">{w(`identity.kept.${identity.keptIn}`)}</p>
    </section>
  );
}
