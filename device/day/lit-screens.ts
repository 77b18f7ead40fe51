/** How many screens show the citizen's page now. In memory: after a restart each comes back by itself. */
export class LitScreens {
  #lit = 0;
  #isPainted = true;
  #beforeChange: () => void = () => undefined;

  get isLit(): boolean {
    return this.#lit > 0 && this.#isPainted;
  }

  /** @param listener called before each change; there is one */
  beforeChange(listener: () => void): void {
    this.#beforeChange = listener;
  }

  /** A screen shows the page. @returns to be called when it does no more; calling it again changes nothing */
  light(): () => void {
    this.#change(1);
    let isOver = false;
    return () => {
      if (!isOver) this.#change(-1);
      isOver = true;
    };
  }

  /** Whether what the page shows can be seen; a screen whose page says nothing of it is believed. */
  paint(isPainted: boolean): void {
    if (isPainted === this.#isPainted) return;
    this.#beforeChange();
    this.#isPainted = isPainted;
  }

  #change(by: 1 | -1): void {
    this.#beforeChange();
    this.#lit += by;
  }
}
