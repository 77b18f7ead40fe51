import zhCN from '../../../assets/technician/checks/zh-CN.json' with { type: 'json' };
import { hintOf, type WordedLine, wordsOf } from '../../checks/words.ts';
import type { TechnicianStatus } from '../../server/technician/status.ts';

/** The lines of a status in Chinese, in the order of a technician's walk. */
export const linesOf = ({ checks }: TechnicianStatus): WordedLine[] => checks.map((check) => wordsOf(check, zhCN));

/** What a driver advises, in Chinese; its own words where nobody gave it any. */
export const hintText = (hint: string): string => hintOf(hint, zhCN);
