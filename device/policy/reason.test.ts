import { expect, it } from 'vitest';
import { LEVELS } from '../ledger/record.ts';
import { builtinPacks } from './builtin.ts';
import { reasonAsked } from './reason.ts';

const asked = (id: string, value?: 'required') => {
  const pack = builtinPacks.get(id)!;
  const badRatingReason = value === undefined ? pack.badRatingReason : { value, article: '第六条' };
  return LEVELS.map((level) => reasonAsked({ ...pack, badRatingReason }, level));
};

it('asks for the reasons of the two lowest grades alone, in the words of the regulation', () => {
  expect(asked('neimenggu-2022')).toEqual([null, null, null, null, null]);
  expect(asked('forestry-draft')).toEqual([null, null, null, 'guided', 'guided']);
  expect(asked('forestry-draft', 'required')).toEqual([null, null, null, 'required', 'required']);
});
