/** What Electron hands to a listener that may say no. */
export class DoubleEvent {
  defaultPrevented = false;

  readonly preventDefault = (): void => {
    this.defaultPrevented = true;
  };
}
