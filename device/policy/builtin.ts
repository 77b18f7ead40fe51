import china from '../../assets/calendars/china.json' with { type: 'json' };
import national2020 from '../../assets/catalogues/national-2020.json' with { type: 'json' };
import forestryDraft from '../../assets/policy-packs/forestry-draft.json' with { type: 'json' };
import neimenggu2022 from '../../assets/policy-packs/neimenggu-2022.json' with { type: 'json' };
import { type Calendar, calendarSchema } from './calendar.ts';
import { type Catalogue, catalogueSchema } from './catalogue.ts';
import { type PolicyPack, policyPackSchema } from './pack.ts';

/** What a device knows before any centre has told it anything: design §2.8, works from cold boot with no network. */

/** Packs by id. */
export const builtinPacks: ReadonlyMap<string, PolicyPack> = new Map(
  [neimenggu2022, forestryDraft].map((json) => {
    const pack = policyPackSchema.parse(json);
    return [pack.id, pack];
  }),
);

/** The 40 national reason tags. */
export const builtinCatalogue: Catalogue = catalogueSchema.parse(national2020);

/** 法定节假日 and 调休 as published by the State Council's office; the years are in `coveredYears`. */
export const builtinCalendar: Calendar = calendarSchema.parse(china);
