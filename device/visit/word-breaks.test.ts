import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chinesePieces } from './word-breaks.ts';

describe('the pieces between which a line of Chinese may break', () => {
  it.each([
    ['使用', '使用'],
    ['国有建设用地使用权及房屋所有权转移登记', '国有|建设|用地|使用权|及|房屋所有权|转移|登记'],
    ['居民身份证首次申领', '居民|身份证|首次申领'],
    ['不动产登记分中心', '不动产|登记|分中心'],
    ['内蒙古自治区呼和浩特市', '内蒙古|自治区|呼和浩特市'],
    ['青城市新城区政务服务中心', '青城市新|城区|政务|服务|中心'],
    ['农村宅基地', '农村宅基地'],
    ['要求的材料', '要求的|材料'],
    ['机动车驾驶证期满换证', '机动车|驾驶证|期满换证'],
  ])('%s: words, with what belongs to them', (text, pieces) => {
    expect(chinesePieces(text).join('|')).toBe(pieces);
  });

  it.each([
    ['公司登记（含注销）', '公司|登记（含注销）'],
    ['Item: 婚姻登记, 3 days', 'Item: 婚姻|登记, 3 days'],
    ['ཧ་ཅང་ཡིད་ཚིམ་པ།', 'ཧ་ཅང་ཡིད་ཚིམ་པ།'],
    ['', ''],
  ])('%s: at marks and in other scripts the browser breaks by its own rules', (text, pieces) => {
    expect(chinesePieces(text).join('|')).toBe(pieces);
  });

  it('are together the text, and none but the only one is empty', () => {
    const han = fc.string({
      unit: fc.constantFrom(...Array.from('使用权的及不分内身份证登记，（）a 1\n')),
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.oneof(han, fc.string({ unit: 'binary' })), (text) => {
        const pieces = chinesePieces(text);
        expect(pieces.join('')).toBe(text);
        expect(pieces.slice(1)).not.toContain('');
      }),
    );
  });
});
