import { z } from 'zod';

/** The fixed reasons a clerk may give; free words would end up describing the citizen. Labels are in the locales. */
export const skipReasonSchema = z.enum(['citizen_left', 'consultation_only', 'device_fault', 'already_rated_case']);
export const pauseReasonSchema = z.enum(['break', 'meeting', 'handover', 'fault']);
export const PAUSE_LIMIT_MAX_MINUTES = 240;
