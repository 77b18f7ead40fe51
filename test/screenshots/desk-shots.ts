import type { StaffView } from '../../device/visit/views.ts';
import { lessonSamples, portSamples, staffSamples, technicianSamples, trialSamples } from '../support/page-samples.ts';
import { type Shot, staff, technician } from './shot.ts';

/** Pages of those who work here: the clerk, whoever types paper forms, the technician. */

const view = (name: string, shown: StaffView) =>
  staff(name, {
    set: (fixture) => {
      fixture.staffView = shown;
    },
  });
const serving = { ...staffSamples.serving!, waiting: 0 };
const opening = (name: string, button: string) =>
  staff(name, {
    set: (fixture) => {
      fixture.staffView = serving;
    },
    act: (page) => page.getByRole('button', { name: button }).click(),
  });

const signIn = staff('sign-in', {
  set: (fixture) => {
    fixture.session = { needed: true, possible: true, person: null };
    fixture.onPost = () => ({ status: 401, body: { code: 'pin_wrong' } });
  },
  act: async (page) => {
    await page.getByLabel('工号').fill('0107');
    await page.getByLabel('密码').fill('000000');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByText('工号或密码不正确').waitFor();
  },
});
const person = { number: '0107', name: '苏日娜', role: 'window' as const, endsAt: '2026-11-22T17:45:00.000+08:00' };
const signedIn = staff('signed-in', {
  set: (fixture) => {
    fixture.session = { needed: true, possible: true, person };
    fixture.staffView = { ...serving, waiting: 1, trial: false };
  },
});
const lost = staff('lost', {
  set: (fixture) => {
    fixture.staffView = serving;
  },
  act: async (page, fixture) => {
    await page.getByRole('button', { name: '邀请评价' }).waitFor();
    await fixture.stop();
    await page.locator('.state--lost').waitFor();
  },
});

const paperLacking = staff(
  'paper-lacking',
  {
    set: (fixture) => {
      fixture.session = { needed: true, possible: true, person: { ...person, role: 'paper_entry' } };
    },
    act: async (page) => {
      await page.getByLabel('表号').fill('A-07-K3XF-000041');
      await page.getByLabel('年', { exact: true }).pressSequentially('2026/2/30');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('日期不完整或不存在').waitFor();
    },
  },
  null,
);
/** As it opens, and not the whole page: what the fold says. */
const paperFold = staff(
  'paper-fold',
  {
    set: (fixture) => {
      fixture.session = { needed: true, possible: true, person: { ...person, role: 'paper_entry' } };
    },
  },
  '.staff-bar',
);
const paper = (name: string, role: 'paper_entry' | 'paper_review', forms: string[], outcome: string) =>
  staff(
    name,
    {
      set: (fixture) => {
        fixture.session = { needed: true, possible: true, person: { ...person, role } };
        fixture.paperForms = forms;
        fixture.onPost = () => ({ status: 200, body: { form: 'A-07-K3XF-000041', outcome } });
      },
      act: async (page) => {
        await page.getByLabel('表号').fill('A-07-K3XF-000041');
        await page.getByLabel('年', { exact: true }).pressSequentially('2026/11/22');
        await page.getByRole('radio').first().press('2');
        await page.keyboard.press('Enter');
        await page.getByRole('status').getByText('A-07-K3XF-000041').waitFor();
        await page.getByLabel('表号').fill('A-07-K3XF-000052');
      },
    },
    null,
  );

const statusShots = Object.entries(technicianSamples).map(([name, status]) =>
  technician(name, {
    set: (fixture) => {
      fixture.technicianStatus = status;
    },
  }),
);
const lessonShots = Object.entries(lessonSamples).map(([name, lesson]) =>
  technician(
    `lesson-${name}`,
    {
      set: (fixture) => {
        fixture.keypadLesson = lesson;
        fixture.technicianPorts = portSamples;
      },
    },
    '.lesson-task',
  ),
);
const trialShots = Object.entries(trialSamples).map(([name, trial]) =>
  technician(
    `trial-${name}`,
    {
      set: (fixture) => {
        fixture.portTrial = trial;
        fixture.technicianPorts = portSamples;
      },
    },
    '.lesson-task',
  ),
);
const locked = technician('locked', {
  set: (fixture) => {
    fixture.technicianSession = {
      deviceId: 'dev-150102-a07',
      deviceTime: '2026-11-22T10:20:00.000+08:00',
      role: null,
      remainingMs: null,
    };
  },
  act: async (page) => {
    for (const digit of '4071') await page.getByRole('button', { name: digit, exact: true }).click();
  },
});
const renewing = technician(
  'renewing',
  {
    set: () => undefined,
    act: async (page) => {
      await page.getByLabel('更换码').fill('K3XF-9QXM');
      await page.getByRole('button', { name: '更换密钥' }).click();
      await page.getByRole('alertdialog').waitFor();
    },
  },
  '[role=alertdialog]',
);
const screenTest = (name: string, button: string) =>
  technician(
    name,
    { set: () => undefined, act: (page) => page.getByRole('button', { name: button }).click() },
    'dialog',
  );

export const DESK_SHOTS: readonly Shot[] = [
  ...Object.entries(staffSamples).map(([name, shown]) => view(name, shown)),
  opening('skip', '不邀请…'),
  opening('pause', '暂停服务…'),
  signIn,
  signedIn,
  lost,
  paper('paper-first', 'paper_entry', [], 'kept'),
  paper('paper-second', 'paper_review', ['A-07-K3XF-000052', 'A-07-K3XF-000063'], 'differs'),
  paperLacking,
  paperFold,
  ...statusShots,
  ...lessonShots,
  ...trialShots,
  locked,
  renewing,
  screenTest('touch-test', '触摸测试'),
  screenTest('colour-test', '颜色测试'),
];
