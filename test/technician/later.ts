import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { backByKeys, compareFingerprint, rates, type Scene } from './chapters.ts';

/** docs/configuration.md: what may come to a device that is in service. */

export async function newConfiguration(scene: Scene): Promise<void> {
  const { technician, hall, stick } = scene;
  await technician.step('A new configuration › What may be set: …', async () => {
    // That the centre's newest comes by itself is sync/agent-centre.test.ts; here it comes by hand.
    for (const label of ['配置', '全部设置']) await technician.see(label);
  });
  await technician.step('A new configuration › Without a network: put the signed …', async () => {
    writeFileSync(join(stick, 'pingjiaqi-hours.jws'), await hall.nextConfiguration({ hours: HOURS }));
    await technician.press('核对');
    await technician.reads(/09:30/);
    await technician.press('使用');
    await technician.reads(/第 2 版/);
    const file = join(stick, 'later.txt');
    writeFileSync(file, await hall.nextConfiguration({ hours: [] }));
    for (const command of ['configuration check', 'configuration apply']) await technician.command(command, [file]);
    await technician.reads(/第 3 版/);
  });
}

const HOURS = [{ from: '09:30', to: '17:00' }];

const fingerprintOf = ({ technician: { device } }: Scene) =>
  device.page.getByRole('region', { name: '设备密钥' }).locator('dd').first().innerText();

/** Waits until the page shows another key than before. */
const becomesAnother = (scene: Scene, before: string) => until(async () => (await fingerprintOf(scene)) !== before);

export async function newKey(scene: Scene): Promise<void> {
  const { technician, hall, stick } = scene;
  const { page, dataDir } = technician.device;
  const { deviceId } = JSON.parse(readFileSync(join(dataDir, 'provisioning.json'), 'utf8')) as { deviceId: string };
  const begun = { code: '', caseNo: '', former: await fingerprintOf(scene) };
  await technician.step('A new key › For a device that the centre …', async () => {
    hall.revoke(deviceId);
    await page.getByRole('link', { name: '打开评价屏' }).click();
    begun.caseNo = await rates(scene, '基本满意');
    await backByKeys(scene);
    await technician.device.type('export', '--to', stick, '--data', dataDir);
  });
  await technician.step('A new key › Get a one-time code for it from the …', () => {
    begun.code = hall.renewalCode(deviceId);
  });
  await technician.step('A new key › On the maintenance page: type it as …', async () => {
    await technician.see('更换设备密钥');
    await technician.see('更换码');
    await page.getByLabel('更换码').fill(begun.code);
    await technician.press('更换密钥');
    await technician.press('确认更换');
    await becomesAnother(scene, begun.former);
    await until(async () => (await hall.ratings()).some(({ caseNo }) => caseNo === begun.caseNo));
  });
  await technician.step('A new key › On a terminal: write address and …', async () => {
    const before = await fingerprintOf(scene);
    const file = join(stick, 'renewal.json');
    writeFileSync(file, JSON.stringify({ baseUrl: hall.order.baseUrl, code: hall.renewalCode(deviceId) }));
    await technician.command('provision', ['--renew', '--file', file]);
    await becomesAnother(scene, before);
  });
  await technician.step('A new key › Compare the new fingerprint (设备密钥) …', () => compareFingerprint(scene));
  await technician.step('A new key › An evacuation file that was written …', async () => {
    const [file] = readdirSync(stick).filter((name) => name.endsWith('.hcpb'));
    if (file === undefined) throw new Error('nothing was carried out before the key changed');
    const isTaken = await hall.takeBundle(readFileSync(join(stick, file), 'utf8')).then(
      () => true,
      () => false,
    );
    if (isTaken) throw new Error('the centre took a file under a key that it no longer knows');
  });
}
