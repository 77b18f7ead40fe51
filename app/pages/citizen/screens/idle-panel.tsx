import { useRef, useState } from 'preact/hooks';
import type { Clock } from '../../../../device/clock.ts';
import { t } from '../../shared/locale.ts';
import { WordedPieces } from '../worded.tsx';
import { useFitting } from './fitting.ts';
import type { IdleView } from './idle.tsx';
import { nextPageTurn, roundLength, turnAt, turnOfPage } from './rounds.ts';
import { useSlides } from './slides.ts';

interface ItemsProps {
  items: IdleView['items'];
  /** The part of them that is shown; the whole where they fit. */
  from: number;
  to: number;
  onRoom: (room: number) => void;
  onTurn: () => void;
}

/** What is done here, as many as there is room for: which of how many, and a touch turns to the next ones. */
function Items({ items, from, to, onRoom, onTurn }: ItemsProps) {
  const list = useRef<HTMLUListElement>(null);
  useFitting(list, onRoom);
  const isPart = to - from < items.length;
  return (
    <>
      <h2 id="panel-title">
        {t('idle.items')}{' '}
        {isPart ? (
          <button type="button" class="turn-items" onClick={onTurn}>
            <bdi dir="ltr">
              {from + 1}–{to} / {items.length}
            </bdi>
          </button>
        ) : (
          <span class="quiet">{t('idle.itemCount', { n: items.length })}</span>
        )}
      </h2>
      <ul ref={list}>
        {items.slice(from, to).map((item) => (
          <li key={item.code}>
            <span dir="auto">
              <WordedPieces pieces={item.pieces} mayGrow />
            </span>
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

/** One for the items and one for each notice and picture. */
function Dots({ count, shown, onTouch }: { count: number; shown: number; onTouch: (index: number) => void }) {
  return (
    <div class="dots">
      {Array.from({ length: count }, (_, index) => (
        <button
          key={index}
          type="button"
          class="dot"
          aria-label={t('idle.slide', { n: index + 1 })}
          aria-current={index === shown ? 'true' : undefined}
          onClick={() => onTouch(index)}
        />
      ))}
    </div>
  );
}

/** So many fit in one column, upright and lying, on the smallest screen. */
const FEW = 5;

/** What is done here, page by page, and between them notices and pictures; a touch on a dot holds the one that is wanted. */
export function IdlePanel({ view, clock }: { view: IdleView; clock: Clock }) {
  const { items, content } = view;
  const [broken, setBroken] = useState<readonly string[]>([]);
  // All of them until the list was measured; a window may be told none, and has notices all the same.
  const [room, setRoom] = useState(Math.max(1, items.length));
  const others = [
    ...content.notices.map((notice) => <Notice key={notice.title} {...notice} />),
    ...content.pictures
      .filter(({ id }) => !broken.includes(id))
      .map((picture) => (
        <Picture key={picture.id} picture={picture} onBroken={() => setBroken([...broken, picture.id])} />
      )),
  ];
  const pages = Math.max(1, Math.ceil(items.length / room));
  const { at, aside, hold, holdAside } = useSlides(roundLength(pages, others.length), clock);
  // What was asked for may have turned out to be no picture.
  const turn = aside !== null && aside < others.length ? { other: aside } : turnAt(at, pages, others.length);
  const slide = 'page' in turn ? 0 : turn.other + 1;
  return (
    <section
      class="items"
      data-few={others.length === 0 && items.length <= FEW ? '' : undefined}
      aria-labelledby="panel-title"
    >
      <div class="slide-area" data-slide={slide}>
        {'page' in turn ? (
          <Items
            items={items}
            from={turn.page * room}
            to={Math.min((turn.page + 1) * room, items.length)}
            onRoom={setRoom}
            onTurn={() => hold(turnOfPage((turn.page + 1) % pages, others.length))}
          />
        ) : (
          others[turn.other]
        )}
      </div>
      {others.length > 0 && (
        <Dots
          count={others.length + 1}
          shown={slide}
          onTouch={(dot) => (dot === 0 ? hold(nextPageTurn(at, pages, others.length)) : holdAside(dot - 1))}
        />
      )}
    </section>
  );
}
