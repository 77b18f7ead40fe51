import type { WindowPage } from '../../device/day/window-frames.ts';
import { isSamePanel, type Panel, panelFit, panelUnder, type Viewport } from '../../device/panel-scale.ts';

export interface PanelRecordOptions {
  /** Of the configuration in force; null: none. */
  dpi: () => number | null;
}

/** What its pages tell of the panel under the window. In memory: after a restart they tell again. */
export class PanelRecord {
  readonly #options: PanelRecordOptions;
  readonly #viewports = new Map<WindowPage, Viewport>();
  #panel: Panel | null = null;

  constructor(options: PanelRecordOptions) {
    this.#options = options;
  }

  told(page: WindowPage, { ratio, ...size }: Viewport): void {
    // Chromium says 1.42 as 1.4199999570846558.
    const viewport = { ...size, ratio: Math.round(ratio * 10_000) / 10_000 };
    this.#viewports.set(page, viewport);
    // A technician may look from another machine: what the citizen sees is the device's own.
    const panel = panelUnder(this.viewport ?? viewport);
    // Rounded by the browser it is another one at each scale, and its scale another one again.
    if (this.#panel === null || !isSamePanel(this.#panel, panel)) this.#panel = panel;
  }

  get dpi(): number | null {
    return this.#options.dpi();
  }

  /** Null before any page told. */
  get panel(): Panel | null {
    return this.#panel;
  }

  get viewport(): Viewport | null {
    return this.#viewports.get('citizen') ?? this.#viewports.get('technician') ?? null;
  }

  /** That the window should have now; null: the system's own, also while no page told of its panel. */
  get scale(): number | null {
    const { dpi, panel } = this;
    return dpi === null || panel === null ? null : panelFit(panel, dpi).scale;
  }
}
