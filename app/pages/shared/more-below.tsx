import { useEffect, useRef, useState } from 'preact/hooks';

/** Rounding of a screen that shows no whole CSS pixels. */
const NEAR = '0px 0px 4px';

/** Stands at the end of a page. While that end is below the screen, the lower edge says `text`; a press goes through it. */
export function MoreBelow({ text }: { text: string }) {
  const end = useRef<HTMLDivElement>(null);
  const [isMore, setMore] = useState(false);
  useEffect(() => {
    if (end.current === null) return;
    const observer = new IntersectionObserver((entries) => setMore(entries.at(-1)?.isIntersecting === false), {
      rootMargin: NEAR,
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, []);
  return (
    <>
      <div ref={end} />
      {isMore && (
        // Who hears the page has its order, and needs no edge of a screen.
        <p class="more-below" aria-hidden="true">
          <span>{text} ↓</span>
        </p>
      )}
    </>
  );
}
