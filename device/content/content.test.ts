import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { afterEach, describe, expect, it } from 'vitest';
import { configurationSchema } from '../identity/configuration.ts';
import {
  type ApplianceFixture,
  openTestAppliance,
  sampleConfiguration,
  signConfiguration,
} from '../testing/appliance-fixture.ts';
import { nightAt } from './night.ts';
import { readPicture } from './picture.ts';

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const given = (bytes: Buffer, sha256 = hashOf(bytes)) => ({ sha256, data: bytes.toString('base64') });
const pngOf = (width: number, height: number) => PNG.sync.write(new PNG({ width, height }));
const photo = pngOf(3, 4);
/** SOI, a comment, a frame head of 20 × 10, and the end. */
const jpeg = Buffer.from('ffd8fffe0004abcdffc0000b08000a001401011100ffd9', 'hex');
const claiming = (width: number) => {
  const bytes = pngOf(1, 1);
  bytes.writeUInt32BE(width, 16);
  return bytes;
};

describe('a picture of the configuration', () => {
  it.each([
    ['a PNG', photo, 'image/png'],
    ['a JPEG', jpeg, 'image/jpeg'],
  ])('%s with its own hash is shown as it is', (_name, bytes, type) => {
    expect(readPicture(given(bytes))).toEqual({ type, bytes });
    expect(readPicture(given(bytes, `sha256:${hashOf(bytes)}`))).toEqual({ type, bytes });
  });

  it.each([
    ['other bytes', given(photo, hashOf(jpeg)), 'hash'],
    ['no hash', given(photo, ''), 'hash'],
    ['nothing', given(Buffer.alloc(0)), 'format'],
    ['an SVG, which could hold a script', given(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), 'format'],
    ['a page', given(Buffer.from('<!doctype html><script>1</script>')), 'format'],
    ['a PNG cut in its head', given(photo.subarray(0, 20)), 'format'],
    ['a JPEG cut before its frame', given(jpeg.subarray(0, 12)), 'format'],
    ['a PNG of no width', given(claiming(0)), 'format'],
    ['one that unfolds to gigabytes', given(claiming(60_000)), 'size'],
    ['one of more than 1 MiB', given(Buffer.concat([photo, Buffer.alloc(1_048_576)])), 'size'],
  ])('%s: not shown (%#)', (_name, picture, fault) => expect(readPicture(picture)).toBe(fault));

  it('whatever the bytes, it is a picture or a fault, and ends', () => {
    const heads = fc.constantFrom(Buffer.alloc(0), photo.subarray(0, 20), jpeg.subarray(0, 2), jpeg.subarray(0, 10));
    fc.assert(
      fc.property(heads, fc.uint8Array({ maxLength: 64 }), (head, rest) => {
        const read = readPicture(given(Buffer.concat([head, rest])));
        expect(typeof read === 'string' || read.bytes.length > 0).toBe(true);
      }),
    );
  });
});

const CONTENT = {
  marks: { 'S-1': ['党员先锋岗'] },
  notices: [
    { title: '今日', text: '正在通知', from: '2026-11-22', until: '2026-11-22' },
    { title: '明日', text: '还没有到', from: '2026-11-23' },
    { title: '昨日', text: '已经过去', until: '2026-11-21' },
  ],
  pictures: [
    { ...given(photo), text: '办事流程' },
    { ...given(jpeg, hashOf(photo)), text: '坏图' },
  ],
  windowCode: 'https://centre.example/w/A-07',
};
const configuration = (settings: object, staffPhoto = given(photo)) =>
  sampleConfiguration({
    staff: [{ id: 'S-1', number: '0007', name: '甲', post: '岗', photo: staffPhoto }],
    settings,
  });

let fixture: ApplianceFixture;
const opened: ApplianceFixture[] = [];
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
async function open(document: Record<string, unknown>): Promise<void> {
  fixture = await openTestAppliance(document);
  opened.push(fixture);
}
const view = () => fixture.appliance.citizenView();

describe('the idle screen', () => {
  it('has the photo, marks, notices of the day, sound pictures and the static code; the broken one is told', async () => {
    await open(configuration({ content: CONTENT }));
    expect(view()).toMatchObject({
      screen: 'idle',
      staff: { photo: hashOf(photo) },
      content: {
        marks: ['党员先锋岗'],
        notices: [{ title: '今日', text: '正在通知' }],
        pictures: [{ id: hashOf(photo), text: '办事流程' }],
        windowCode: expect.stringContaining('<svg'),
      },
    });
    expect(fixture.appliance.picture(hashOf(photo))?.bytes).toEqual(photo);
    expect(fixture.appliance.picture(hashOf(jpeg))).toBeNull();
    expect(fixture.appliance.warnings()).toMatchObject([
      { code: 'content_picture', text: expect.stringContaining('picture 2') },
    ]);
  });

  it('shows a person without a photo where its bytes are others, also after a restart', async () => {
    await open(configuration({}, given(jpeg, hashOf(photo))));
    for (const again of [() => Promise.resolve(fixture.appliance), () => fixture.restart()]) {
      const appliance = await again();
      expect(view()).toMatchObject({ staff: { name: '甲', photo: null } });
      expect(appliance.warnings()).toMatchObject([{ text: expect.stringContaining('0007') }]);
    }
  });

  it('gives up a picture with the configuration that had it', async () => {
    await open(configuration({ content: CONTENT }));
    await fixture.appliance.offerConfiguration(signConfiguration({ ...configuration({}), version: 2 }));
    expect(view()).toMatchObject({ content: { pictures: [], marks: [], windowCode: null } });
  });

  it('leaves nothing of it on the rating screen, in no field', async () => {
    await open(configuration({ content: CONTENT }));
    const visit = { caseNo: 'C-1', serviceNo: 1, itemCode: 'I-1', itemName: '事项', staffId: 'S-1' } as const;
    fixture.appliance.openVisit({ ...visit, servedAt: null, trigger: 'business', inviteAtOnce: true }, null);
    const shown = JSON.stringify(view());
    expect(view().screen).toBe('inviting');
    for (const part of ['党员先锋岗', '正在通知', hashOf(photo), '"甲"', '"staff"', '"content"']) {
      expect(shown).not.toContain(part);
    }
  });

  it.each([
    ['an address instead of bytes', { pictures: [{ url: 'https://x.example/a.png', text: '图' }] }],
    ['a script as the static code', { windowCode: 'javascript:alert(1)' }],
    ['a day that is none', { notices: [{ title: '一', text: '二', from: '2026-13-01' }] }],
    ['a setting that nobody obeys', { video: 'a.mp4' }],
  ])('%s refuses the configuration', (_name, content) => {
    expect(configurationSchema.safeParse(sampleConfiguration({ settings: { content } })).success).toBe(false);
  });
});

describe('the night', () => {
  const HOURS = [
    { from: '09:00', to: '12:00' },
    { from: '13:30', to: '17:00' },
  ];
  const calendar = { version: 'c', coveredYears: [2026], days: { '2026-11-27': 'rest' as const } };
  const at = (time: string) => nightAt(Date.parse(`${time}:00+08:00`), HOURS, calendar);

  it.each([
    ['2026-11-25T08:29', '2026-11-25T09:00:00.000+08:00'],
    ['2026-11-25T17:30', '2026-11-26T09:00:00.000+08:00'],
    ['2026-11-26T23:59', '2026-11-30T09:00:00.000+08:00'],
    ['2026-11-28T10:00', '2026-11-30T09:00:00.000+08:00'],
  ])('at %s it is, until %s', (time, opensAt) => expect(at(time)).toEqual({ opensAt }));

  it.each([['2026-11-25T08:30'], ['2026-11-25T12:30'], ['2026-11-25T17:29']])('at %s it is day', (time) =>
    expect(at(time)).toBeNull(),
  );

  it('never comes where no hours are set', () => expect(nightAt(0, [], calendar)).toBeNull());

  it('comes by itself, and goes with a visit', async () => {
    await open(sampleConfiguration({ settings: { hours: [{ from: '00:00', to: '10:30' }] } }));
    // 2026-11-22 is a Sunday on which the built-in calendar has nobody work.
    expect(view()).toMatchObject({ screen: 'idle', content: { night: { opensAt: '2026-11-23T00:00:00.000+08:00' } } });
    let changes = 0;
    fixture.appliance.subscribe(() => changes++);
    await fixture.clock.advance(14 * 3_600_000);
    expect([changes, view()]).toMatchObject([1, { content: { night: null } }]);
    await fixture.clock.advance(11 * 3_600_000);
    expect([changes, view()]).toMatchObject([2, { content: { night: { opensAt: '2026-11-24T00:00:00.000+08:00' } } }]);
  });
});
