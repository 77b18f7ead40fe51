import type { Page } from 'playwright-core';
import { SIZES, type Size } from '../support/browser.ts';
import type { PageFixture } from '../support/page-fixture-server.ts';

/** One thing to be seen. */
export interface Scene {
  /** Of the picture, before its size. */
  name: string;
  /** What a person does, or the appliance shows, before the picture is taken. */
  act?(page: Page, fixture: PageFixture): Promise<void>;
}

/** A page that is opened once, and what is to be seen of it, each at all sizes. */
export interface Shot {
  page: 'citizen' | 'staff' | 'technician';
  sizes: readonly Size[];
  /** What the appliance plays when the page is opened. */
  set(fixture: PageFixture): void;
  /** One after the other. */
  scenes: readonly Scene[];
  /** What is brought into view at each size; null: the page as far as it reaches, also below the screen. */
  view: string | null;
}

const CLERKS_CORNER = { width: 360, height: 480 };
/** The widget over another program. */
const WIDGET = { width: 360, height: 280 };

type Deeds = Pick<Shot, 'set'> & Pick<Scene, 'act'>;

/** The window's screen is as large as it is: nothing of it lies below. */
export const citizen = (name: string, { set, act }: Deeds): Shot => ({
  page: 'citizen',
  sizes: SIZES,
  view: 'body',
  set,
  scenes: [{ name: `citizen-${name}`, ...(act && { act }) }],
});
export const staff = (name: string, { set, act }: Deeds, view: string | null = 'body'): Shot => ({
  page: 'staff',
  sizes: [WIDGET, CLERKS_CORNER, ...SIZES],
  view,
  set,
  scenes: [{ name: `staff-${name}`, ...(act && { act }) }],
});
export const technician = (name: string, { set, act }: Deeds, view: string | null = null): Shot => ({
  page: 'technician',
  sizes: SIZES,
  view,
  set,
  scenes: [{ name: `technician-${name}`, ...(act && { act }) }],
});
