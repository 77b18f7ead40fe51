import { compactDecrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import neimenggu from '../../assets/policy-packs/neimenggu-2022.json' with { type: 'json' };
import { encodeSdt } from '../peripherals/id-card/sdt-frame.ts';
import { GOLDEN_CARDS, goldenFrame } from '../peripherals/testing/golden-cards.ts';
import { hashStaffCard } from '../staff/staff-card.ts';
import { CENTRE_SEALING_KEY } from '../testing/appliance-fixture.ts';
import { CARD_TEST_MS, testCard } from './technician-tests.ts';
import { attachedBench, SCANNER } from './testing/attached-bench.ts';

const bench = attachedBench();
const BY_DEVICE = {
  ...neimenggu,
  raterIdentity: { realName: { value: true, article: '第十三条' }, by: { value: 'device', article: '第十三条' } },
};

describe('an identity card', () => {
  const CARD_READER = { idCard: { path: '/dev/full' }, scanner: SCANNER };

  /** Plays a reader with a card on it until it was read. */
  async function lay(card: keyof typeof GOLDEN_CARDS): Promise<void> {
    await bench.until(() => bench.lines.has('/dev/full') && !bench.lines.get('/dev/full')!.closed);
    const line = bench.lines.get('/dev/full')!;
    const answersOf = [
      encodeSdt(Uint8Array.of(0, 0, 0x9f, 0, 0, 0, 0)),
      encodeSdt(Uint8Array.of(0, 0, 0x90, ...new Uint8Array(8))),
    ];
    for (const [count, answer] of [...answersOf, goldenFrame(GOLDEN_CARDS[card])].entries()) {
      await bench.until(() => line.written.length > count);
      line.send(...answer);
    }
    await bench.until(() => line.closed);
  }
  const sealedOf = async (jwe: unknown) =>
    JSON.parse(Buffer.from((await compactDecrypt(jwe as string, CENTRE_SEALING_KEY)).plaintext).toString());
  const known = () =>
    bench.until(() => bench.appliance.attached.raterCard.sealedFor(bench.state.context.current!.visitId) !== null);

  it('is read where the policy asks, and travels sealed for this visit alone', async () => {
    await bench.device(CARD_READER, BY_DEVICE);
    bench.scan('BJ2026000001');
    await lay('A');
    await known();
    bench.rate(4);
    const [rating] = bench.bodies('rating');
    expect(await sealedOf(rating!.rater)).toEqual({
      v: 1,
      visitId: rating!.visitId,
      name: '测试甲',
      number: '999999190001019992',
      kind: 'resident',
    });
    await bench.clock.advance(60_000);
    bench.scan('BJ2026000002');
    bench.rate(5);
    expect(bench.bodies('rating').at(-1)).toMatchObject({ caseNo: 'BJ2026000002', rater: null });
  });

  it('is asked for on the screen until it was read, and nowhere else', async () => {
    const card = () => (bench.appliance.citizenView() as { card?: string | null }).card;
    await bench.device(CARD_READER, BY_DEVICE);
    expect(card()).toBe(null);
    bench.scan('BJ2026000001');
    expect(card()).toBe('wanted');
    await lay('A');
    await known();
    expect(card()).toBe('read');
    bench.rate(4);
    await bench.clock.advance(60_000);
    expect([bench.state.name, card()]).toEqual(['idle', null]);
    expect(JSON.stringify(bench.appliance.staffView())).not.toContain('card');
  });

  it.each([
    ['the policy asks for none', CARD_READER, null],
    ['no reader is attached', { scanner: SCANNER }, BY_DEVICE],
  ])('is not asked for where %s', async (_where, peripherals, policy) => {
    await bench.device(peripherals, policy);
    bench.scan('BJ2026000001');
    expect(bench.appliance.citizenView()).toMatchObject({ screen: 'inviting', card: null });
  });

  it('when it is laid down after the grade then the next revision says who rated, and nothing else', async () => {
    await bench.device(CARD_READER, BY_DEVICE);
    bench.scan('BJ2026000001');
    bench.rate(2);
    await lay('B');
    await bench.until(() => bench.bodies('rating').length === 2);
    const [first, second] = bench.bodies('rating');
    const { rater, revision, supersedes, ratedAt: _at, ...same } = second!;
    expect(first).toMatchObject({ ...same, rater: null, revision: 1 });
    expect([revision, supersedes !== null]).toEqual([2, true]);
    expect(await sealedOf(rater)).toMatchObject({ name: '样例·阿乙' });
  });

  it('when a grade changes then who rated is not lost', async () => {
    await bench.device(CARD_READER, BY_DEVICE);
    bench.scan('BJ2026000001');
    await lay('A');
    await known();
    bench.rate(2);
    const { visitId } = bench.state.context.current!;
    await bench.clock.advance(1000);
    bench.appliance.citizen({ type: 'revise', visitId, level: 3, tags: [], comment: '', language: 'zh-CN' });
    expect(bench.bodies('rating').map(({ rater }) => typeof rater)).toEqual(['string', 'string']);
  });

  it('when the device starts again in between then who rated is not lost', async () => {
    await bench.device(CARD_READER, BY_DEVICE);
    bench.scan('BJ2026000001');
    await lay('A');
    await known();
    bench.rate(2);
    const { visitId } = bench.state.context.current!;
    await bench.fixture.restart();
    bench.appliance.citizen({ type: 'revise', visitId, level: 2, tags: [], comment: '慢', language: 'zh-CN' });
    await bench.clock.advance(4000);
    expect(bench.bodies('rating')).toMatchObject([
      { revision: 1 },
      { revision: 2, comment: '慢', rater: expect.any(String) },
    ]);
  });

  it('when the citizen declines or nobody rates then nothing of the card is kept', async () => {
    await bench.device(CARD_READER, BY_DEVICE);
    bench.scan('BJ2026000001');
    await lay('A');
    await known();
    const { visitId } = bench.state.context.current!;
    bench.appliance.citizen({ type: 'decline', visitId });
    expect(bench.appliance.attached.raterCard.sealedFor(visitId)).toBe(null);
    expect(JSON.stringify(bench.fixture.records())).not.toContain('eyJ');
  });

  describe('of the staff', () => {
    const recipe = { log2Cost: 12, salt: 'A'.repeat(22) };
    const [OWN, OTHER] = ['999999190001019992', '99999919000202001X'];
    const withCards = async (...numbers: string[]) => ({
      staffCards: { ...recipe, hashes: await Promise.all(numbers.map((number) => hashStaffCard(number, recipe))) },
    });
    const hints = () => bench.fixture.records().filter(({ body }) => JSON.stringify(body).includes('staff_card'));

    it('leaves an event of the visit and nothing more: no number, no grade, and nothing for the staff to see', async () => {
      const settings = await withCards(OTHER, OWN);
      await bench.device(CARD_READER, BY_DEVICE, settings);
      bench.scan('BJ2026000001');
      bench.rate(2);
      await lay('A');
      await bench.until(() => hints().length === 1);
      const { visitId } = bench.state.context.current!;
      expect(hints()).toMatchObject([{ kind: 'event' }]);
      expect(hints()[0]?.body).toEqual({ type: 'anomaly', detail: { kind: 'staff_card', visitId } });
      await known();
      expect(await sealedOf(bench.bodies('rating').at(-1)?.rater)).toMatchObject({ number: OWN });
      const kept = JSON.stringify(bench.fixture.records());
      for (const secret of [OWN, ...settings.staffCards.hashes]) expect(kept).not.toContain(secret);
      expect(JSON.stringify(bench.appliance.staffView())).not.toContain('anomaly');
    });

    it.each([
      ['the card is a citizen’s', () => withCards(OTHER)],
      ['the configuration names no cards', async () => ({})],
    ])('leaves none where %s', async (_where, settings) => {
      await bench.device(CARD_READER, BY_DEVICE, await settings());
      bench.scan('BJ2026000001');
      await lay('A');
      await known();
      bench.rate(4);
      await bench.clock.advance(60_000);
      expect(hints()).toEqual([]);
    });
  });

  it('can be tried by a technician, who learns that it was read and nothing else', async () => {
    await bench.device(CARD_READER);
    const tested = testCard(bench.appliance.attached, bench.clock);
    await lay('A');
    const found = await tested;
    expect(found).toEqual({ outcome: 'read', kind: 'resident', numberChars: 18, checkDigit: 'right' });
    expect(JSON.stringify([found, bench.fixture.records(), bench.appliance.peripherals.status()])).not.toMatch(
      /测试甲|999999/,
    );
  });

  it('when a citizen needs the reader then no test gets it, and a citizen takes it from a test', async () => {
    await bench.device(CARD_READER, BY_DEVICE);
    const early = testCard(bench.appliance.attached, bench.clock);
    const second = testCard(bench.appliance.attached, bench.clock);
    expect(await second).toEqual({ outcome: 'in_use' });
    bench.scan('BJ2026000001');
    expect(await testCard(bench.appliance.attached, bench.clock)).toEqual({ outcome: 'in_use' });
    await lay('A');
    await known();
    await bench.clock.advance(CARD_TEST_MS);
    expect(await early).toMatchObject({ outcome: 'no_card' });
  });

  it('when the window has no reader then the test says so', async () => {
    await bench.device();
    expect(await testCard(bench.appliance.attached, bench.clock)).toEqual({ outcome: 'none' });
  });

  it('when the policy does not ask then the reader stays closed', async () => {
    await bench.device(CARD_READER);
    bench.scan('BJ2026000001');
    bench.rate(5);
    await bench.clock.advance(30_000);
    expect(bench.lines.has('/dev/full')).toBe(false);
  });
});
