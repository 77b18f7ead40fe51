import { describe, expect, it } from 'vitest';
import { BOUNCE_MS } from '../../app/pages/citizen/touch-guard.ts';
import { grade, playAppliance, useCitizenPages } from '../support/citizen-page.ts';
import { boxesOf, clippedElements } from '../support/page-measures.ts';
import { citizenSamples, inviting, reasons, VISIT_ID } from '../support/page-samples.ts';

const { fixture, complaints, openCitizen, openHeldCitizen } = useCitizenPages();

describe('a rating', () => {
  it.each([
    ['非常满意', 5],
    ['满意', 4],
    ['基本满意', 3],
    ['不满意', 2],
    ['非常不满意', 1],
  ] as const)('%s takes one touch, and the same thanks', async (name, level) => {
    playAppliance(fixture);
    const page = await openCitizen(inviting);
    await grade(page, name).tap();
    await page.getByRole('checkbox').first().waitFor();
    expect(await grade(page, name).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: '提交' }).tap();
    await page.getByRole('heading', { name: '感谢您的评价' }).waitFor();
    expect(await page.locator('main').innerText()).toBe(
      '感谢您的评价\n\n您的评价已保存，将送往好差评系统\n\n回执码\n7H2K-9QXM\n凭此码可向好差评系统查询评价是否原样收到；不显示评价内容',
    );
    expect(fixture.commands).toEqual([
      { type: 'rate', visitId: VISIT_ID, level, language: 'zh-CN' },
      { type: 'submit', visitId: VISIT_ID },
    ]);
    expect(complaints()).toEqual([]);
  });

  it('works by keyboard alone, with reasons and a remark', async () => {
    playAppliance(fixture);
    const page = await openCitizen(inviting);
    for (let tab = 0; tab < 4; tab++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox').first().waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    for (let tab = 0; tab < 20 && (await focused()) !== '没有提供材料清单'; tab++) await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    for (let tab = 0; tab < 20 && !(await page.locator('textarea:focus').count()); tab++)
      await page.keyboard.press('Tab');
    await page.keyboard.type('等了很久');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '感谢您的评价' }).waitFor();
    const revisions = fixture.commands.filter(({ type }) => type === 'revise');
    expect(fixture.commands[0]).toMatchObject({ type: 'rate', level: 2 });
    expect(revisions.at(-1)).toMatchObject({ level: 2, tags: ['208'], comment: '等了很久' });
    expect(fixture.commands.at(-1)).toEqual({ type: 'submit', visitId: VISIT_ID });
  });

  it('without a reason where the policy insists is asked for one once more, and 不说明原因 is one', async () => {
    playAppliance(fixture);
    const page = await openCitizen(citizenSamples['reasons-required']);
    await page.getByRole('button', { name: '提交' }).tap();
    await page.getByText('请选择一项，或选择“不说明原因”').waitFor();
    expect(fixture.commands).toEqual([]);
    await page.getByRole('checkbox', { name: '不说明原因' }).tap();
    await page.getByRole('button', { name: '提交' }).tap();
    await page.getByRole('heading', { name: '感谢您的评价' }).waitFor();
    expect(fixture.commands).toEqual([{ type: 'submit', visitId: VISIT_ID }]);
  });

  it('has reasons of two levels: a group opens its own, and says how many are ticked', async () => {
    playAppliance(fixture);
    const page = await openCitizen(citizenSamples['reasons-groups']);
    expect(await page.getByRole('checkbox').allInnerTexts()).toEqual(['其他']);
    await page.getByRole('button', { name: '时间 已选 1 项' }).tap();
    await page.getByRole('checkbox', { name: '排队时间过长' }).tap();
    await page.getByRole('button', { name: '时间 已选 2 项' }).waitFor();
    await expect.poll(() => fixture.commands.at(-1)).toMatchObject({ type: 'revise', level: 1, tags: ['110', '109'] });
    expect(await clippedElements(page)).toEqual([]);
  });

  it('touched twice is sent once, and the second contact falls on nothing of the next screen', async () => {
    playAppliance(fixture);
    const page = await openHeldCitizen(inviting, { width: 800, height: 1280 });
    const { x, y, width, height } = (await boxesOf(page, '.grade'))[1]!;
    const touch = () => page.touchscreen.tap(x + width / 2, y + height / 2);
    await touch();
    await touch();
    await page.getByRole('checkbox').first().waitFor();
    await touch();
    await page.clock.runFor(BOUNCE_MS);
    // Behind whatever was sent: what is touched when the guard is over.
    await page.getByRole('button', { name: '提交' }).tap();
    await page.getByRole('heading', { name: '感谢您的评价' }).waitFor();
    expect(fixture.commands).toEqual([
      { type: 'rate', visitId: VISIT_ID, level: 4, language: 'zh-CN' },
      { type: 'submit', visitId: VISIT_ID },
    ]);
  });

  it('that was not kept frees the grades and says so in one line', async () => {
    fixture.onCommand = () => ({ kept: false, code: 'storage' });
    const page = await openHeldCitizen(inviting);
    await grade(page, '满意').click();
    await page.getByText('这次操作没有保存，请再试一次').waitFor();
    await page.clock.runFor(BOUNCE_MS);
    await grade(page, '满意').click();
    await expect.poll(() => fixture.commands.length).toBe(2);
  });

  it('can be extended, declined and changed', async () => {
    playAppliance(fixture);
    const page = await openCitizen(inviting);
    await page.getByRole('button', { name: '再给我一些时间' }).tap();
    await expect.poll(() => fixture.commands.length).toBe(1);
    await page.getByRole('button', { name: '不评价' }).tap();
    await expect.poll(() => fixture.commands.map(({ type }) => type)).toEqual(['extend', 'decline']);
    fixture.show(reasons);
    await grade(page, '满意').tap();
    await expect.poll(() => fixture.commands.at(-1)).toMatchObject({ type: 'revise', level: 4, tags: [] });
    // It shows what the appliance answered, which comes behind the command.
    await expect.poll(() => grade(page, '满意').getAttribute('aria-pressed')).toBe('true');
  });
});
