import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES } from '../support/browser.ts';
import { MODES } from '../support/comfort-choices.ts';
import { boxesOf } from '../support/page-measures.ts';
import { citizenSamples, inviting, reasons } from '../support/page-samples.ts';
import { wordsOverLines } from '../support/page-typography.ts';

/** Chinese in names and reasons, which comes from the centre: a line ends between two words, not in one. */

const { open, arrange } = useArrangedPages();

const WAYS = [[], ['elder'], ['low'], MODES] as const;

const NAMES = '.item-name, .items li > span';
/** Of the samples. */
const OF_NAMES = '办理 建设 用地 使用权 房屋 所有权 转移 首次 登记 抵押权 资料 查询';
const OF_REASONS =
  '材料 样本 清单 承诺 时间 同样 内容 证明 要求 多次 提交 在线 预约 实体 大厅 重复 排队 窗口 人员 业务 服务 态度';
const WORDS = `${OF_NAMES} ${OF_REASONS}`.split(' ');

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

  it('a word of a reason is broken only where it would take a line more whole', async () => {
    const page = await open();
    for (const modes of WAYS) {
      await arrange(page, language, modes, reasons);
      await onEveryScreen(
        page,
        async (_size, at) => {
          await expect
            .poll(() => wordsOverLines(page, '.tag > .worded:not([data-tight])', WORDS), { message: at })
            .toEqual([]);
          const heights = async () => (await boxesOf(page, '.tag')).map(({ height }) => height);
          const shown = await heights();
          await page.locator('.tag > .worded').evaluateAll((texts) => {
            for (const text of texts) text.setAttribute('data-tight', '');
          });
          expect(await heights(), `${modes.join()} ${at}`).toEqual(shown);
        },
        ALL_SIZES,
      );
    }
  });
});
