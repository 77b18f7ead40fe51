import { useEffect, useState } from 'preact/hooks';
import type { NetworkSettings } from '../../../device/identity/network-settings.ts';
import { answerText } from './answer-text.ts';
import type { TechnicianModel } from './technician-model.ts';
import { w } from './words.ts';

const KINDS = ['direct', 'proxy', 'pac'] as const;
type Kind = (typeof KINDS)[number];

/** How the device reaches its centre. What a proxy asks for is typed anew each time: it never comes back to the page. */
export function NetworkPanel({ model }: { model: TechnicianModel }) {
  const [known, setKnown] = useState<NetworkSettings | null>(null);
  const [kind, setKind] = useState<Kind>('direct');
  const [url, setUrl] = useState('');
  const [servers, setServers] = useState('');
  const [message, setMessage] = useState<string | null>(null);
  const show = (network: NetworkSettings) => {
    setKnown(network);
    setKind(network.proxy.kind);
    setUrl('');
    setServers(network.nameServers.join(' '));
  };
  useEffect(() => {
    void model.ask('GET', '/technician/network').then((answer) => {
      if (answer.ok && 'proxy' in (answer.body as object)) show(answer.body as NetworkSettings);
    });
  }, [model]);
  if (known === null) return null;
  const save = async () => {
    const proxy = kind === 'direct' ? { kind } : { kind, url: url.trim() };
    const nameServers = servers.split(/[\s,，、]+/).filter((server) => server !== '');
    const answer = await model.ask('POST', '/technician/network', { proxy, ca: known.ca, nameServers });
    setMessage(answer.ok ? w('network.saved') : answerText(answer));
    if (answer.ok) show(answer.body as NetworkSettings);
  };
  return (
    <section class="card network" aria-labelledby="network-title">
      <h2 id="network-title">{w('network.title')}</h2>
      <p class="quiet">{known.proxy.kind === 'direct' ? w('network.direct') : known.proxy.url}</p>
      <label for="network-kind">{w('network.kind')}</label>
      <select id="network-kind" value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)}>
        {KINDS.map((one) => (
          <option key={one} value={one}>
            {w(`network.${one}`)}
          </option>
        ))}
      </select>
      {kind !== 'direct' && (
        <>
          <label for="network-url">{w('network.url')}</label>
          <input
            id="network-url"
            type="url"
            autocomplete="off"
            spellcheck={false}
            placeholder={w('network.urlHint')}
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        </>
      )}
      <label for="network-servers">{w('network.servers')}</label>
      <input
        id="network-servers"
        autocomplete="off"
        spellcheck={false}
        placeholder={w('network.serversHint')}
        value={servers}
        onInput={(event) => setServers(event.currentTarget.value)}
      />
      <button type="button" class="button" onClick={() => void save()}>
        {w('network.save')}
      </button>
      <p class="quiet">{w('network.authorities', { n: known.ca.length })}</p>
      <p class="progress" role="status">
        {message}
      </p>
    </section>
  );
}
