import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { technicianSamples } from '../support/page-samples.ts';
import { usePages } from '../support/pages.ts';

const { fixture, open } = usePages();
let page: Page;

beforeEach(async () => {
  fixture.technicianStatus = technicianSamples.new!;
  fixture.onPost = ({ path }) => ({
    status: 200,
    body: path === '/technician/enrolment' ? { outcome: 'refused', code: 'code_unknown', message: 'x' } : {},
  });
  page = await open(fixture.technicianUrl);
  await page.getByLabel('开通码').waitFor();
});

/** All keys in one turn of the page, as close together as a scanner's. */
async function scan(text: string): Promise<void> {
  await page.evaluate((keys) => {
    const target = document.activeElement ?? document.body;
    for (const key of [...keys, 'Enter']) {
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    }
  }, Array.from(text));
}

it('a scan into a focused field never gets there, and fills the form', async () => {
  await page.getByLabel('中心地址').focus();
  await scan('K7Q2-9F');
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#code')?.value === 'K7Q2-9F');
  expect(await page.getByLabel('中心地址').inputValue()).toBe('');
  expect(fixture.posts.filter(({ path }) => path === '/technician/enrolment')).toEqual([]);
});

it('a scan of centre and code enrols without a key', async () => {
  await scan('{"baseUrl":"https://centre.example","code":"K7Q2-9F"}');
  await page.getByText('中心拒绝').waitFor();
  expect(fixture.posts.filter(({ path }) => path === '/technician/enrolment')).toEqual([
    { path: '/technician/enrolment', body: { baseUrl: 'https://centre.example', code: 'K7Q2-9F' } },
  ]);
});

it('what a person types goes where it was meant to, in order', async () => {
  await page.getByLabel('中心地址').pressSequentially('https://centre.example', { delay: 70 });
  await page.getByLabel('开通码').pressSequentially('K7Q2-9F', { delay: 70 });
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#code')?.value === 'K7Q2-9F');
  expect(await page.getByLabel('中心地址').inputValue()).toBe('https://centre.example');
});
