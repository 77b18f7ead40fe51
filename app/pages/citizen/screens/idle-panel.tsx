import { useState } from 'preact/hooks';
import type { Clock } from '../../../../device/clock.ts';
import { t } from '../../shared/locale.ts';
import type { IdleView } from './idle.tsx';
import { useSlides } from './slides.ts';

function Items({ items }: { items: IdleView['items'] }) {
  return (
    <>
      <h2 id="panel-title">
        {t('idle.items')} <span class="quiet">{t('idle.itemCount', { n: items.length })}</span>
      </h2>
      <ul>
        {items.map((item) => (
          <li key={item.code}>
            <span>{item.name}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Notice({ title, text }: IdleView['content']['notices'][number]) {
  return (
    <>
      <h2 id="panel-title">
        {title} <span class="quiet">{t('idle.notice')}</span>
      </h2>
      <p class="notice">{text}</p>
    </>
  );
}

interface PictureProps {
  picture: IdleView['content']['pictures'][number];
  /** The bytes are those of the centre, and yet no picture. */
  onBroken: () => void;
}

function Picture({ picture, onBroken }: PictureProps) {
  return (
    <>
      <h2 id="panel-title" class="visually-hidden">
        {picture.text}
      </h2>
      <img class="slide" src={`/content/${picture.id}`} alt={picture.text} draggable={false} onError={onBroken} />
    </>
  );
}

/** So many fit in one column, upright and lying, on the smallest screen. */
const FEW = 5;

/** What is done here, then notices and pictures in turn; a touch on a dot holds the one that is wanted. */
export function IdlePanel({ view, clock }: { view: IdleView; clock: Clock }) {
  const { items, content } = view;
  const [broken, setBroken] = useState<readonly string[]>([]);
  const slides = [
    <Items key="items" items={items} />,
    ...content.notices.map((notice) => <Notice key={notice.title} {...notice} />),
    ...content.pictures
      .filter(({ id }) => !broken.includes(id))
      .map((picture) => (
        <Picture key={picture.id} picture={picture} onBroken={() => setBroken([...broken, picture.id])} />
      )),
  ];
  const { shown, hold } = useSlides(slides.length, clock);
  return (
    <section
      class="items"
      data-few={slides.length === 1 && items.length <= FEW ? '' : undefined}
      aria-labelledby="panel-title"
    >
      <div class="slide-area" data-slide={shown}>
        {slides[shown]}
      </div>
      {slides.length > 1 && (
        <div class="dots">
          {slides.map((slide, index) => (
            <button
              key={slide.key}
              type="button"
              class="dot"
              aria-label={t('idle.slide', { n: index + 1 })}
              aria-current={index === shown ? 'true' : undefined}
              onClick={() => hold(index)}
            />
          ))}
        </div>
      )}
    </section>
  );
}
