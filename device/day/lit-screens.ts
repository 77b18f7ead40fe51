/** How many screens show the citizen's page now. In memory: after a restart each comes back by itself. */
export class LitScreens {
  #lit = 0;
  #beforeChange: () => void = () => undefined;

  get isLit(): boolean {
    return this.#lit > 0;
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

  #change(by: 1 | -1): void {
    this.#beforeChange();
    this.#lit += by;
  }
}
