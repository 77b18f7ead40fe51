import zhCN from '../../../assets/locales/zh-CN.json' with { type: 'json' };
import type { LocalePack } from './locale-pack.ts';

/** The pack every other one falls back to; its level labels are the legal text. It comes with every page. */
export const BASE_PACK = zhCN as LocalePack;

/** What the switch must know of a language before anybody chooses it; the same words stand in its file. */
export type PackHead = Pick<LocalePack, 'language' | 'name' | 'approvedBy' | 'lines'>;

interface OfferedPack extends PackHead {
  /** Brings the pack itself, from the page's own server. */
  load: () => Promise<LocalePack>;
}

const json = (module: Promise<{ default: unknown }>) => module.then((loaded) => loaded.default as LocalePack);

/** In the order of the switch. `locale.test.ts` holds each head to its file. */
export const OFFERED_PACKS: readonly OfferedPack[] = [
  { language: 'zh-CN', name: '中文', approvedBy: null, lines: 'rows', load: () => Promise.resolve(BASE_PACK) },
  {
    language: 'mn-Mong',
    name: 'ᠮᠣᠩᠭᠣᠯ',
    approvedBy: null,
    lines: 'columns',
    load: () => json(import('../../../assets/locales/mn-Mong.json', { with: { type: 'json' } })),
  },
  {
    language: 'bo',
    name: 'བོད་སྐད་',
    approvedBy: null,
    lines: 'rows',
    load: () => json(import('../../../assets/locales/bo.json', { with: { type: 'json' } })),
  },
  {
    language: 'ug',
    name: 'ئۇيغۇرچە',
    approvedBy: null,
    lines: 'rows',
    load: () => json(import('../../../assets/locales/ug.json', { with: { type: 'json' } })),
  },
  {
    language: 'en',
    name: 'English',
    approvedBy: null,
    lines: 'rows',
    load: () => json(import('../../../assets/locales/en.json', { with: { type: 'json' } })),
  },
];
