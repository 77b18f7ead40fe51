import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES } from '../support/browser.ts';
import { MODES } from '../support/comfort-choices.ts';
import { citizenSamples, inviting } from '../support/page-samples.ts';
import { wordsOverLines } from '../support/page-typography.ts';

/** Chinese in names and reasons, which comes from the centre: a line ends between two words, not in one. */

const { open, arrange } = useArrangedPages();

const WAYS = [[], ['elder'], ['low'], MODES] as const;

const NAMES = '.item-name, .items li > span, .foot :is(strong, span)';
/** Of the samples. */
const OF_FOOT = '完成 评价 服务 直接 好差评 系统 窗口 人员 选择';
const OF_NAMES = '办理 建设 用地 使用权 房屋 所有权 转移 首次 登记 抵押权 资料 查询';
const OF_REASONS =
  '材料 样本 清单 承诺 时间 同样 内容 证明 要求 多次 提交 在线 预约 实体 大厅 重复 排队 窗口 人员 业务 服务 态度';
const WORDS = `${OF_NAMES} ${OF_REASONS} ${OF_FOOT}`.split(' ');

describe.each(ALL_LANGUAGES)('in a page in %s', (language) => {
  it.each(['idle', 'serving', 'inviting'] as const)('%s breaks no word of a name', async (screen) => {
    const page = await open();
    const view = screen === 'inviting' ? inviting : citizenSamples[screen]!;
    for (const modes of WAYS) {
      await arrange(page, language, modes, view);
      const see = async (_size: unknown, at: string) =>
        expect(await wordsOverLines(page, NAMES, WORDS), `${modes.join()} ${at}`).toEqual([]);
      await onEveryScreen(page, see, ALL_SIZES);
    }
  });

  it('a word of a reason is broken only where whole ones would hide a reason or lift what is above the list', async () => {
    const page = await open();
    for (const modes of WAYS) {
      for (const name of ['reasons', 'reasons-required'] as const) {
        await arrange(page, language, modes, citizenSamples[name]);
        await onEveryScreen(
          page,
          async (_size, size) => {
            const at = `${name} ${modes.join()} ${size}`;
            const whole = '.tag > .worded:not([data-tight])';
            await expect.poll(() => wordsOverLines(page, whole, WORDS), { message: at }).toEqual([]);
            await expect.poll(() => brokenForNothing(page), { message: at }).toEqual([]);
            const { shown, tight } = await listPlaces(page);
            expect(shown, at).toEqual(tight);
          },
          ALL_SIZES,
        );
      }
    }
  });
});

/** Where the list begins and whether it hides a reason, as it is shown and with words that break anywhere; left as it was found. */
const listPlaces = (page: Page) =>
  page.locator('.tag-list').evaluate((list) => {
    const place = () => ({
      topPx: Math.round(list.getBoundingClientRect().top),
      isCut: list.scrollHeight > list.clientHeight + 2,
    });
    const shown = place();
    const whole = list.querySelectorAll('.worded:not([data-tight])');
    for (const text of whole) text.setAttribute('data-tight', '');
    const tight = place();
    for (const text of whole) text.removeAttribute('data-tight');
    return { shown, tight };
  });

/** Reasons whose words could be whole in the room that the list has; each is left as it was found. */
const brokenForNothing = (page: Page): Promise<string[]> =>
  page.locator('.tag-list').evaluate((list) =>
    [...list.querySelectorAll('.worded[data-tight]')]
      .filter((text) => {
        const tag = text.closest('.tag')!;
        const placed = () => ({ top: list.getBoundingClientRect().top, high: tag.getBoundingClientRect().height });
        const before = placed();
        text.removeAttribute('data-tight');
        const after = placed();
        const isSeen = list.scrollHeight <= list.clientHeight && Math.abs(after.top - before.top) < 1;
        text.setAttribute('data-tight', '');
        return isSeen || after.high <= before.high + 1;
      })
      .map((text) => text.textContent ?? ''),
  );
