/**
 * Takes out of a page on the device's own screen what a browser offers and a counter must not: the menu of a long press,
 * dragging something out or a file in (which a browser would open), zoom by wheel, and a second window for a link.
 */
export function guardPage(page: Document): void {
  const refuse = (event: Event) => event.preventDefault();
  for (const type of ['contextmenu', 'dragstart', 'dragover', 'drop', 'auxclick']) page.addEventListener(type, refuse);
  page.addEventListener('wheel', (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  page.addEventListener('click', (event) => {
    const { ctrlKey, shiftKey, metaKey, altKey, target } = event;
    const isLink = target instanceof Element && target.closest('a[href]') !== null;
    if (isLink && (ctrlKey || shiftKey || metaKey || altKey)) event.preventDefault();
  });
}
