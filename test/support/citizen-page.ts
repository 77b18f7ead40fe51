import type { Locator, Page } from 'playwright-core';
import type { CitizenCommand, CitizenView } from '../../device/visit/views.ts';
import type { Size } from './browser.ts';
import type { PageFixture } from './page-fixture-server.ts';
import { reasons, thanks } from './page-samples.ts';
import { type Screens, usePages } from './pages.ts';

interface CitizenPages extends Screens {
  readonly fixture: PageFixture;
  /** Shows a view, and waits until it is drawn. */
  openCitizen: (view: CitizenView, size?: Size) => Promise<Page>;
  /** The same in a page of its own whose time stands until the test moves it. */
  openHeldCitizen: (view: CitizenView, size?: Size) => Promise<Page>;
}

/** `usePages()` with the citizen's page. To be called once, at the top of a file of tests. */
export function useCitizenPages(): CitizenPages {
  const { fixture, ...screens } = usePages();
  async function openCitizen(view: CitizenView, size?: Size): Promise<Page> {
    fixture.citizenView = view;
    return drawn(await screens.open(fixture.citizenUrl, size), view);
  }
  async function openHeldCitizen(view: CitizenView, size?: Size): Promise<Page> {
    fixture.citizenView = view;
    const page = await screens.openHeld(size);
    await page.goto(fixture.citizenUrl);
    return drawn(page, view);
  }
  return { fixture, ...screens, openCitizen, openHeldCitizen };
}

async function drawn(page: Page, view: CitizenView): Promise<Page> {
  await page.locator(`.page[data-screen=${view.screen}]`).waitFor();
  return page;
}

export const grade = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

/** Plays an appliance that keeps everything: a grade leads to the reasons, submitting to the thanks. */
export function playAppliance(fixture: PageFixture): void {
  fixture.onCommand = (command: CitizenCommand) => {
    if (command.type === 'rate') fixture.show({ ...reasons, level: command.level, tags: [] });
    if (command.type === 'revise') {
      // The choices stay those that are shown: others would come in the place of what the test waits for.
      const shown = fixture.citizenView.screen === 'reasons' ? fixture.citizenView : reasons;
      fixture.show({ ...shown, level: command.level, tags: command.tags, comment: command.comment });
    }
    if (command.type === 'submit') fixture.show(thanks);
    return { kept: true, code: null };
  };
}
