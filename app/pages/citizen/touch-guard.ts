import { guardPage } from '../shared/kiosk-guard.ts';

/** A worn panel or a trembling finger makes contact twice; a second contact this soon is the same one. */
export const BOUNCE_MS = 400;
const BOUNCE_RADIUS_PX = 40;
/** Who writes strikes the same key twice on purpose; a contact that breaks for an instant is still one. */
export const KEY_BOUNCE_MS = 60;

interface Contact {
  atMs: number;
  x: number;
  y: number;
}

/**
 * Whether `next` is the bounce of `last`: same place, too soon. A click from a keyboard has no place and never is.
 * Without this the second contact of a grade's tap would land on whatever the next screen has in that place.
 */
export function isBounce(last: Contact | null, next: Contact, withinMs = BOUNCE_MS): boolean {
  if (last === null || next.atMs - last.atMs >= withinMs) return false;
  return Math.hypot(next.x - last.x, next.y - last.y) < BOUNCE_RADIUS_PX;
}

/**
 * Takes out of the page what a browser offers but a counter must not, and bounced contacts. Returns a function to call when another visit is on the screen: its first touch is nobody's bounce.
 */
export function guardTouches(page: Document): () => void {
  let last: Contact | null = null;
  guardPage(page);
  page.addEventListener(
    'click',
    (event) => {
      if (event.detail === 0) return;
      const contact = { atMs: event.timeStamp, x: event.clientX, y: event.clientY };
      const onKeys = event.target instanceof Element && event.target.closest('.keyboard') !== null;
      const bounced = isBounce(last, contact, onKeys ? KEY_BOUNCE_MS : BOUNCE_MS);
      last = contact;
      if (!bounced) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
  return () => {
    last = null;
  };
}
