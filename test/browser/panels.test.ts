import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { type Panel, panelFit, sidesAt } from '../../device/panel-scale.ts';
import { useArrangedPages } from '../support/arranged-pages.ts';
import type { Mode } from '../support/comfort-choices.ts';
import { gradeFaultsMm } from '../support/grade-measures.ts';
import { looks } from '../support/page-looks.ts';
import { inviting, reasons } from '../support/page-samples.ts';

/** The five grades in real millimetres, on panels that no layout was drawn for, at the scale that `settings.screen.dpi` gives. */

const { openApart, show, arrange } = useArrangedPages();

const PANELS: readonly (Panel & { name: string; dpi: number })[] = [
  { name: '8 in, 1280 × 800', widthPx: 1280, heightPx: 800, dpi: 189 },
  { name: '15.6 in, 1920 × 1080', widthPx: 1920, heightPx: 1080, dpi: 141 },
  { name: '13.3 in, 1920 × 1080', widthPx: 1920, heightPx: 1080, dpi: 166 },
  { name: '10.1 in, 1920 × 1080', widthPx: 1920, heightPx: 1080, dpi: 218 },
  { name: '10.1 in, 1024 × 600', widthPx: 1024, heightPx: 600, dpi: 118 },
  { name: '15 in, 1024 × 768', widthPx: 1024, heightPx: 768, dpi: 85 },
  { name: '20 in, 1600 × 900', widthPx: 1600, heightPx: 900, dpi: 92 },
  { name: '27 in, 4K', widthPx: 3840, heightPx: 2160, dpi: 163 },
  { name: '15.6 in, 4K', widthPx: 3840, heightPx: 2160, dpi: 282 },
  { name: '10.1 in upright, 1200 × 1920', widthPx: 1200, heightPx: 1920, dpi: 224 },
];
const WAYS: readonly (readonly [name: string, modes: readonly Mode[]])[] = [
  ['in ordinary letters', []],
  ['in large letters', ['elder']],
];

/** The page as the window shows it at `ratio`: its media queries see the CSS viewport, its letters are drawn in the panel's pixels. */
const scaled = (line: CDPSession, width: number, height: number, ratio: number) =>
  line.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: ratio, mobile: false });

/** At the least and at the most that a browser may make of the sides. */
function viewportsOf({ widthPx, heightPx }: Panel, scale: number): { width: number; height: number }[] {
  const [widths, heights] = [sidesAt(widthPx, scale), sidesAt(heightPx, scale)];
  return [0, -1].map((end) => ({ width: widths.at(end)!, height: heights.at(end)! }));
}

async function faultsOn(page: Page, line: CDPSession, isQuestion: boolean): Promise<string[]> {
  const faults: string[] = [];
  for (const panel of PANELS) {
    const { scale, fit } = panelFit(panel, panel.dpi);
    if (fit !== 'whole') faults.push(`${panel.name}: ${fit}`);
    for (const { width, height } of viewportsOf(panel, scale)) {
      await scaled(line, width, height, scale);
      const now = await page.evaluate(() => [innerWidth, innerHeight, Number(devicePixelRatio.toFixed(4))]);
      expect(now).toEqual([width, height, scale]);
      const seen = [...(await looks(page)), ...(isQuestion ? await gradeFaultsMm(page, panel.dpi / scale) : [])];
      faults.push(...seen.map((fault) => `${panel.name}, ${width} × ${height} at ${scale}: ${fault}`));
    }
  }
  return faults;
}

describe.each(['zh-CN', 'mn-Mong'])('on panels of another density in %s', (language) => {
  it.each(WAYS)('the grades have 20 mm and 8 mm between, and all is whole, %s', async (_name, modes) => {
    const page = await openApart();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const line = await page.context().newCDPSession(page);
    await arrange(page, language, modes, inviting);
    expect(await faultsOn(page, line, true)).toEqual([]);
    await show(page, reasons);
    expect(await faultsOn(page, line, false)).toEqual([]);
  });
});

it('at the panel’s own pixels those of 8 inches would be too small', async () => {
  const page = await openApart();
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(await gradeFaultsMm(page, 189)).not.toEqual([]);
});
