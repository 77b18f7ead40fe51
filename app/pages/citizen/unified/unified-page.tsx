import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../shared/locale.ts';
import type { CitizenModel } from '../model.ts';
import { ButtonWords } from '../phrased.tsx';
import { mayFrame } from './frame-owner.ts';
import { watchFrame, wordOf } from './frame-watch.ts';

interface UnifiedPageProps {
  visitId: string;
  /** Of the centre's rating page with the visit's token; its origin is the one of the signed configuration. */
  url: string;
  model: CitizenModel;
  /** Our own screen, from now on and for this visit. */
  onLeave: () => void;
}

/** Not among Preact's types. */
const EPHEMERAL = { credentialless: true };

/**
 * The official page (内蒙古 Art 11) in a frame that cannot leave it: no top navigation, no window of its own, no
 * permission, and by the content policy no other origin. What it stores is gone with the page around it
 * (`credentialless`), which is loaded anew after the visit; until it is, a page that is still there frames nothing for the
 * next person, who would find the last one's. Whether it was rated there only the centre can say.
 */
export function UnifiedPage({ url, visitId, model, onLeave }: UnifiedPageProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const { origin } = new URL(url);
  useEffect(() => {
    // On our own origin a frame with scripts could take its sandbox off.
    if (origin === location.origin) return onLeave();
    const watch = watchFrame(model.clock, { onTrouble: onLeave, onInput: () => void model.extend() });
    const hear = (event: MessageEvent) => {
      const word = event.source === frame.current?.contentWindow && event.origin === origin ? wordOf(event.data) : null;
      if (word !== null) watch.hear(word);
    };
    addEventListener('message', hear);
    return () => {
      removeEventListener('message', hear);
      watch.stop();
    };
  }, [origin, model, onLeave]);
  return (
    <div class="unified">
      <h1 class="visually-hidden" tabIndex={-1}>
        {t('unified.title')}
      </h1>
      {mayFrame(visitId) && (
        <iframe
          ref={frame}
          title={t('unified.title')}
          src={url}
          {...EPHEMERAL}
          sandbox="allow-scripts allow-same-origin allow-forms"
          referrerpolicy="no-referrer"
          allow=""
        />
      )}
      <div class="actions">
        <button type="button" class="button" onClick={onLeave}>
          <ButtonWords text={t('unified.leave')} />
        </button>
        <button type="button" class="button" onClick={() => void model.extend()}>
          <ButtonWords text={t('inviting.extend')} />
        </button>
        <button type="button" class="button button--quiet" onClick={() => void model.decline()}>
          {t('inviting.decline')}
        </button>
      </div>
    </div>
  );
}
