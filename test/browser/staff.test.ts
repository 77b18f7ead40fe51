import { describe, expect, it } from 'vitest';
import { SIZES } from '../support/browser.ts';
import { axeViolations, boxesOf, clippedElements, lowContrast } from '../support/page-measures.ts';
import { staffSamples, staffServing, VISIT_ID } from '../support/page-samples.ts';
import { gluedHeadings } from '../support/page-typography.ts';
import { usePages } from '../support/pages.ts';

const { fixture, complaints, open } = usePages();

describe("the staff's page", () => {
  it.each([
    { width: 360, height: 280 },
    { width: 360, height: 480 },
  ])('fits $width × $height in every state, without a fault that axe finds', async (size) => {
    const page = await open(fixture.staffUrl, size);
    for (const [name, view] of Object.entries(staffSamples)) {
      fixture.showStaff(view);
      await expect.poll(() => page.locator(`.state--${view.window.state}`).count(), { message: name }).toBe(1);
      // Text that changes at once on a ground that fades cannot be read on the way.
      expect(await page.evaluate(() => document.getAnimations().length), name).toBe(0);
      // What a state changes is painted a moment after its name: a fault that stays is one, a colour on its way is none.
      const steady = { message: name, timeout: 5000 };
      await expect.poll(() => lowContrast(page, '#app *', 7), steady).toEqual([]);
      await expect.poll(() => clippedElements(page), steady).toEqual([]);
      expect(await axeViolations(page), name).toEqual([]);
    }
    expect(complaints()).toEqual([]);
  });

  it("keeps a desk's letters on a large screen: those of the device's own screen are for who stands before it", async () => {
    const sizes: string[] = [];
    for (const url of [fixture.citizenUrl, fixture.technicianUrl, fixture.staffUrl]) {
      const page = await open(url, SIZES[3]);
      sizes.push(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize));
    }
    expect(sizes).toEqual(['22px', '22px', '16px']);
  });

  it('signs in by keyboard, says what was wrong, and shows nothing of the window before', async () => {
    fixture.session = { needed: true, possible: true, person: null };
    fixture.onPost = () => ({ status: 429, body: { code: 'sign_in_locked', retryAfterS: 900 } });
    const page = await open(fixture.staffUrl, { width: 360, height: 280 });
    await page.getByLabel('工号').fill('0107');
    await page.getByLabel('密码').fill('000000');
    await page.keyboard.press('Enter');
    await page.getByText('请 15 分钟后再试').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await clippedElements(page)).toEqual([]);
    expect(await page.getByLabel('密码').inputValue()).toBe('');
    expect(await page.getByRole('status').count()).toBe(0);
    const person = { number: '0107', name: '苏日娜', role: 'window' as const, endsAt: '2026-11-22T17:45:00.000+08:00' };
    fixture.onPost = () => {
      fixture.session = { ...fixture.session, person };
      return { status: 200, body: {} };
    };
    await page.getByLabel('密码').fill('111111');
    await page.keyboard.press('Enter');
    await page.getByText('苏日娜（工号 0107）').waitFor();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByLabel('工号').waitFor();
    const posted = (pin: string) => ({ path: '/session', body: { number: '0107', pin } });
    expect(fixture.posts).toEqual([posted('000000'), { ...posted('111111') }]);
  });

  it.each([
    { width: 360, height: 480 },
    { width: 1280, height: 800 },
  ])('takes a paper form by keyboard alone at $width × $height and keeps nothing of it', async (size) => {
    const person = {
      number: '0108',
      name: '巴图',
      role: 'paper_review' as const,
      endsAt: '2026-11-22T17:45:00.000+08:00',
    };
    fixture.session = { needed: true, possible: true, person };
    fixture.paperForms = ['A-07-K3XF-000041'];
    fixture.onPost = () => ({ status: 200, body: { form: 'A-07-K3XF-000041', outcome: 'differs' } });
    const page = await open(fixture.staffUrl, size);
    await page.getByRole('button', { name: 'A-07-K3XF-000041' }).waitFor();
    // The number is in the first field, typed or scanned; the day is typed as it stands on the form, in any browser.
    await page.keyboard.type('A-07-K3XF-000041');
    await page.keyboard.press('Tab');
    await page.keyboard.type('2026');
    await page.keyboard.press('Tab');
    // A number pad has no Tab: the stroke leads from the month to the day.
    await page.keyboard.type('1/2');
    await page.keyboard.press('Tab');
    await page.keyboard.press('1');
    expect(await page.getByRole('radio', { name: '非常不满意' }).isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.type('排队太久');
    expect(await axeViolations(page)).toEqual([]);
    // Entering paper is work for a desk: a corner of a screen may scroll, downwards.
    if (size.width > 1000) expect(await clippedElements(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.getByLabel('办件编号').press('Enter');
    await page.getByRole('status').getByText('两次录入不一致').waitFor();
    const entry = { form: 'A-07-K3XF-000041', paperDate: '2026-01-02', level: 1, comment: '排队太久' };
    expect(fixture.posts).toEqual([{ path: '/paper/reviews', body: { ...entry, caseNo: null, serviceNo: 1 } }]);
    const typed = await page.$$eval('input:not([type=radio]), textarea', (fields) =>
      fields.map((field) => (field as HTMLInputElement).value),
    );
    expect(typed).toEqual(['', '', '', '', '', '', '1']);
    expect(await page.$$eval('input:checked', (chosen) => chosen.length)).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('form');
    // The window's own view is not even asked for.
    expect(await page.getByText('请主动邀请办事群众评价').count()).toBe(0);
    expect(await lowContrast(page, '#app *', 7)).toEqual([]);
    expect(complaints()).toEqual([]);
  });

  it('says in Chinese which field of a paper form lacks what, at the field, and sends nothing', async () => {
    const person = {
      number: '0108',
      name: '巴图',
      role: 'paper_entry' as const,
      endsAt: '2026-11-22T17:45:00.000+08:00',
    };
    fixture.session = { needed: true, possible: true, person };
    const page = await open(fixture.staffUrl, { width: 1280, height: 800 });
    const submit = page.getByRole('button', { name: '提交第一次录入' });
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name'));
    await submit.click();
    await page.getByRole('alert').getByText('请填写表号').waitFor();
    expect(await focused()).toBe('form');
    await page.getByLabel('表号').fill('A-07-K3XF-000041');
    for (const [label, value] of [
      ['年', '2026'],
      ['月', '2'],
      ['日', '30'],
    ] as const) {
      await page.getByLabel(label, { exact: true }).fill(value);
    }
    await submit.click();
    await page.getByRole('alert').getByText('日期不完整或不存在').waitFor();
    expect(await focused()).toBe('year');
    const year = page.getByRole('textbox', { name: '年', exact: true });
    expect(await year.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator(`#${await year.getAttribute('aria-describedby')}`).innerText()).toContain(
      '请按年、月、日填写',
    );
    expect(await axeViolations(page)).toEqual([]);
    expect(await clippedElements(page)).toEqual([]);
    await page.getByLabel('日', { exact: true }).fill('28');
    await submit.click();
    await page.getByRole('alert').getByText('请选择表上勾选的满意度').waitFor();
    expect(await page.locator('[aria-invalid=true]').count()).toBe(0);
    expect(fixture.posts).toEqual([]);
  });

  it('does by function keys what its buttons do', async () => {
    const page = await open(fixture.staffUrl);
    await page.getByRole('button', { name: '邀请评价' }).waitFor();
    await page.keyboard.press('F4');
    await page.getByRole('radio', { name: '办事群众已离开' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('F8');
    await page.getByRole('radio', { name: '会议' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('F9');
    await page.getByRole('button', { name: '提示音：关' }).waitFor();
    await page.keyboard.press('F2');
    await expect.poll(() => fixture.posts).toEqual([{ path: '/staff/invitation', body: { visitId: VISIT_ID } }]);
    fixture.showStaff(staffSamples.paused!);
    await page.getByRole('button', { name: '恢复服务' }).waitFor();
    await page.keyboard.press('F8');
    await expect.poll(() => fixture.posts.length).toBe(2);
    expect(fixture.posts[1]).toEqual({ path: '/staff/resume', body: {} });
  });

  it('asks for the invitation in the words of the rule and sends it', async () => {
    const page = await open(fixture.staffUrl);
    await page.getByRole('status').getByText('请主动邀请办事群众评价').waitFor();
    await page.getByRole('button', { name: '邀请评价' }).click();
    await expect.poll(() => fixture.posts).toEqual([{ path: '/staff/invitation', body: { visitId: VISIT_ID } }]);
  });

  it('skips only with a reason, by keyboard', async () => {
    const page = await open(fixture.staffUrl);
    await page.getByText('请主动邀请办事群众评价').waitFor();
    await page.getByRole('button', { name: '不邀请…' }).press('Enter');
    await expect.poll(() => page.getByText('请主动邀请办事群众评价').count()).toBe(0);
    expect(await page.getByRole('button', { name: '确认不邀请' }).isDisabled()).toBe(true);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const skip = { visitId: VISIT_ID, reason: 'consultation_only' };
    await expect.poll(() => fixture.posts).toEqual([{ path: '/staff/skip', body: skip }]);
  });

  it.each(['不邀请…', '暂停服务…'])(
    'loses no key after %s: its first choice is in hand as it appears',
    async (name) => {
      const page = await open(fixture.staffUrl);
      await page.getByText('请主动邀请办事群众评价').waitFor();
      const inHand = page.evaluate(
        () =>
          new Promise<string | undefined>((resolve) => {
            // Told in the turn that drew the panel, before a key can come.
            new MutationObserver(() => resolve((document.activeElement as HTMLInputElement | null)?.type)).observe(
              document.querySelector('main')!,
              { childList: true, subtree: true },
            );
          }),
      );
      await page.getByRole('button', { name }).press('Enter');
      expect(await inHand).toBe('radio');
    },
  );

  it('pauses with a reason and a limit, and resumes', async () => {
    const page = await open(fixture.staffUrl);
    await page.getByRole('button', { name: '暂停服务…' }).click();
    await page.getByRole('radio', { name: '会议' }).check();
    await page.getByRole('radio', { name: '30 分钟' }).check();
    await page.getByRole('button', { name: '确认暂停' }).click();
    const pause = { path: '/staff/pause', body: { reason: 'meeting', limitMinutes: 30 } };
    await expect.poll(() => fixture.posts).toEqual([pause]);
    fixture.showStaff(staffSamples.paused!);
    await page.getByRole('button', { name: '恢复服务' }).click();
    await expect.poll(() => fixture.posts).toEqual([pause, { path: '/staff/resume', body: {} }]);
  });

  it('shows why something was refused, and recovers from a restart', async () => {
    fixture.onPost = () => ({ status: 409, body: { title: 'Conflict', detail: '办件已经结束', code: 'visit_closed' } });
    const page = await open(fixture.staffUrl);
    await page.getByRole('button', { name: '邀请评价' }).click();
    await page.getByText('操作没有完成：办件已经结束').waitFor();
    await fixture.stop();
    await page.getByText('连接中断').first().waitFor();
    fixture.staffView = { ...staffServing, waiting: 3 };
    await fixture.start();
    await page.getByText('其后还有 3 件').waitFor();
  });

  describe.each([{ width: 360, height: 280 }, { width: 360, height: 480 }, ...SIZES])('at $width × $height', (size) => {
    it('keeps its buttons where the hand knows them, with a case and without', async () => {
      const page = await open(fixture.staffUrl, size);
      await page.getByRole('button', { name: '邀请评价' }).waitFor();
      const places: Record<string, number> = {};
      const noCase = { ...staffServing, window: { ...staffServing.window, state: 'idle' as const }, visit: null };
      const views = {
        serving: staffServing,
        idle: noCase,
        inviting: staffSamples.inviting!,
        paused: staffSamples.paused!,
      };
      for (const [name, view] of Object.entries(views)) {
        fixture.showStaff(view);
        await page.locator(`.state--${view.window.state}`).waitFor();
        places[name] = (await boxesOf(page, '.button.wide'))[0]!.y;
      }
      expect(places).toEqual(Object.fromEntries(Object.keys(views).map((name) => [name, places.serving])));
    });

    it('glues no heading to what stands above or below it', async () => {
      const page = await open(fixture.staffUrl, size);
      for (const key of ['F4', 'F8']) {
        await page.getByRole('button', { name: '邀请评价' }).waitFor();
        await page.keyboard.press(key);
        await page.locator('.panel').waitFor();
        expect(await gluedHeadings(page), key).toEqual([]);
        await page.keyboard.press('Escape');
      }
      const person = {
        number: '0108',
        name: '巴图',
        role: 'paper_entry' as const,
        endsAt: '2026-11-22T17:45:00.000+08:00',
      };
      fixture.session = { needed: true, possible: true, person };
      fixture.paperForms = ['A-07-K3XF-000041'];
      await page.reload();
      await page.getByRole('button', { name: 'A-07-K3XF-000041' }).waitFor();
      expect(await gluedHeadings(page), 'paper').toEqual([]);
    });
  });
});
