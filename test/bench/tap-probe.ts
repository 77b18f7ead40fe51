/** What a page saw of one tap: ms from the click to the changed document, and to the end of the frame that shows it. */
export interface Seen {
  changedMs: number;
  paintedMs: number;
}

/**
 * Lies in wait for one click. Runs in the page, so it may use nothing of this module's surroundings.
 * @param nextScreen selector of what is only there once the next screen is
 * @returns `seen`, in an object, so that the caller can go on before it is settled
 */
export function lieInWait(nextScreen: string): { seen: Promise<Seen> } {
  const seen = new Promise<Seen>((resolve) => {
    let clickedAt = Number.NaN;
    // As the browser dates it: before any handler of the page.
    window.addEventListener('click', (event) => (clickedAt = event.timeStamp), { capture: true, once: true });
    const observer = new MutationObserver(() => {
      if (document.querySelector(nextScreen) === null) return;
      observer.disconnect();
      const changedMs = performance.now() - clickedAt;
      requestAnimationFrame(() => {
        // A message's turn comes after the frame that is being made now.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve({ changedMs, paintedMs: performance.now() - clickedAt });
        port2.postMessage(null);
      });
    });
    observer.observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  return { seen };
}
